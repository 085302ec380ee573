"""Webhooks of shops and notifications of buckets, over HTTP, from those who have the secret and others."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from vitrine.hooks import create_app
from vitrine.hooks.event_store import EventStore
from vitrine.hooks.forward import check_sent, forward_due
from vitrine.hooks.shop_event import SentEvent, ShopEvent, StoredEvent
from vitrine.hooks.shop_routes import MAX_BODY_BYTES, HookSecrets, shop_routes
from vitrine.ledger import Ledger

SECRETS = HookSecrets(shopify=("new", "old"), woocommerce=("woo",), buckets=("token",))
MUG = {
    "id": 632910392,
    "handle": "mug",
    "title": "Stoneware mug",
    "images": [{"src": "https://cdn.example/mug.jpg", "position": 1}],
    "variants": [],
    "updated_at": "2026-11-26T05:00:00Z",
}
HALF_A_CHARACTER = json.dumps(MUG | {"title": "\ud800"}).encode()
WOO = {"id": 7, "sku": "MUG-1", "name": "Mug", "images": [{"src": "https://cdn.example/mug.jpg"}]}


class Clock:
    """The ledger's clock, moved by hand."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Hooks:
    """The server, and a Prefect that notes what it is told."""

    def __init__(self, url: str, store: EventStore, clock: Clock) -> None:
        self.url, self.store, self.clock = url, store, clock
        self.post = httpx.Client(verify=False).post
        self.sent: list[ShopEvent] = []
        self.ids: list[UUID] = []
        self.dropped: list[ShopEvent] = []
        """Events that Prefect has accepted, and that have started no run."""
        self.started: list[str] = []
        self.down = False
        self.refuses = ""
        """The product whose events Prefect refuses."""

    def shopify(self, body: Any = MUG, *, secret: str = "new", topic: str = "update", **headers: str) -> int:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = hmac.new(secret.encode(), data, hashlib.sha256).digest()
        sent = {
            "X-Shopify-Hmac-SHA256": base64.b64encode(digest).decode(),
            "X-Shopify-Topic": f"products/{topic}",
            **headers,
        }
        return self.post(f"{self.url}/shops/shopify", content=data, headers=sent).status_code

    def woocommerce(self, body: Any = WOO, *, topic: str = "updated", secret: str = "woo") -> int:
        data = json.dumps(body).encode()
        digest = hmac.new(secret.encode(), data, hashlib.sha256).digest()
        sent = {
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-WC-Webhook-Topic": f"product.{topic}",
        }
        return self.post(f"{self.url}/shops/woocommerce", content=data, headers=sent).status_code

    def bucket(self, body: Any, token: str = "token") -> int:
        return self.post(f"{self.url}/buckets/{token}", json=body).status_code

    async def forward(self) -> list[tuple[str, str]]:
        await forward_due(self.store, self)
        return [(event.kind, event.product_id) for event in self.sent]

    async def check(self) -> list[str]:
        """Run the check of sent events; return the products for which a run was started."""
        await check_sent(self.store, self)
        return self.started

    async def send(self, stored: StoredEvent) -> datetime:
        if self.down:
            raise OSError("Prefect is down")
        if stored.event.product_id == self.refuses:
            raise ValueError("Prefect refuses it")
        self.sent.append(stored.event)
        self.ids.append(stored.id)
        return self.clock.time

    async def ensure_run(self, sent: SentEvent) -> bool:
        if self.down:
            raise OSError("Prefect is down")
        event = sent.stored.event
        if event.product_id == self.refuses:
            raise ValueError("Prefect refuses it")
        if event in self.dropped:
            self.started.append(str(event.payload.get("title", event.product_id)))
        return event in self.dropped


@pytest.fixture
def hooks(tmp_path: Path, serve_app: Any) -> Iterator[Hooks]:
    clock = Clock()
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", now=clock)
    store = EventStore(ledger, quiet_s=10, at_most_s=60, grace_s=3600)
    with serve_app(create_app(ledger, more=shop_routes(store, SECRETS))) as url:
        yield Hooks(url, store, clock)
    ledger.close()


async def test_an_update_becomes_one_event_with_the_product(hooks: Hooks) -> None:
    assert hooks.shopify() == 200
    assert await hooks.forward() == []  # more may come
    hooks.clock.advance(11)
    assert await hooks.forward() == [("updated", "mug")]
    assert hooks.sent[0].payload["photos"] == ["https://cdn.example/mug.jpg"]
    hooks.clock.advance(100)
    assert len(await hooks.forward()) == 1


@pytest.mark.parametrize(("secret", "status"), [("new", 200), ("old", 200), ("forged", 401), ("", 401)])
async def test_only_the_secrets_are_accepted(hooks: Hooks, secret: str, status: int) -> None:
    assert hooks.shopify(secret=secret) == status
    assert hooks.woocommerce(secret="woo" if status == 200 else secret) == status
    assert hooks.bucket({}, "token" if status == 200 else "x") == status
    assert hooks.store.waiting() == (2 if status == 200 else 0)


async def test_a_signature_is_of_the_raw_body(hooks: Hooks) -> None:
    answer = httpx.post(
        f"{hooks.url}/shops/shopify", content=b"{}", headers={"X-Shopify-Hmac-SHA256": "é".encode()}
    )
    assert answer.status_code == 401
    for body in (b"", b"[]", b"not json", b'{"handle": 5}', b"[" * 50_000, HALF_A_CHARACTER):
        assert hooks.shopify(body) == 200
    assert hooks.store.waiting() == 0
    assert hooks.shopify(b" " * (MAX_BODY_BYTES + 1)) == 413


async def test_fifty_updates_in_five_seconds_are_one_event_and_the_newest_counts(hooks: Hooks) -> None:
    for number in range(50):
        hooks.shopify(MUG | {"title": f"Mug {number}"})
        hooks.clock.advance(0.1)
    hooks.clock.advance(10)
    await hooks.forward()
    assert [event.payload["title"] for event in hooks.sent] == ["Mug 49"]


async def test_a_product_that_is_always_changed_is_not_put_off_for_ever(hooks: Hooks) -> None:
    for _ in range(10):
        hooks.shopify()
        hooks.clock.advance(7)
    assert await hooks.forward() == [("updated", "mug")]


@pytest.mark.parametrize("name", ["X-Shopify-Webhook-Id", "X-Shopify-Event-Id"])
async def test_the_same_delivery_again_is_nothing(hooks: Hooks, name: str) -> None:
    for _ in range(2):
        assert hooks.shopify(**{name: "b1"}) == 200
        hooks.clock.advance(11)
        assert await hooks.forward() == [("updated", "mug")]


async def test_stale_deliveries_and_older_states_are_dropped(hooks: Hooks) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    assert hooks.shopify(**{"X-Shopify-Triggered-At": long_ago}) == 200
    assert hooks.store.waiting() == 0
    hooks.shopify()
    hooks.shopify(MUG | {"title": "Before", "updated_at": "2026-11-26T04:00:00Z"})
    hooks.clock.advance(11)
    await hooks.forward()
    assert hooks.sent[0].payload["title"] == "Stoneware mug"


async def test_events_wait_while_prefect_is_down(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    hooks.down = True
    with pytest.raises(OSError, match="down"):
        await hooks.forward()
    assert hooks.store.waiting() == 1
    hooks.down = False
    assert await hooks.forward() == [("updated", "mug")]
    assert hooks.store.waiting() == 0


async def test_a_report_that_comes_while_the_last_one_is_sent_stays(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    (due,) = hooks.store.due()
    hooks.shopify(MUG | {"title": "Newer"})
    hooks.store.sent(due, hooks.clock.time)
    hooks.clock.advance(60)
    await hooks.forward()
    assert [event.payload["title"] for event in hooks.sent] == ["Newer"]


async def test_a_run_that_prefect_did_not_start_is_started(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.woocommerce()
    hooks.clock.advance(11)
    await hooks.forward()
    hooks.dropped = hooks.sent[:1]
    assert await hooks.check() == []  # Prefect may need a while
    hooks.clock.advance(61)
    hooks.down = True
    with pytest.raises(OSError, match="down"):
        await hooks.check()
    assert hooks.store.unchecked() == 2
    hooks.down = False
    assert await hooks.check() == ["Stoneware mug"]
    assert hooks.store.unchecked() == 0
    assert await hooks.check() == ["Stoneware mug"]


@pytest.mark.parametrize("topic", ["update", "delete"])
async def test_a_missing_run_is_not_started_for_a_state_that_is_over(hooks: Hooks, topic: str) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    await hooks.forward()
    hooks.dropped = hooks.sent[:]
    hooks.clock.advance(55)
    hooks.shopify(MUG | {"title": "Newer"}, topic=topic)
    hooks.clock.advance(11)
    assert await hooks.check() == []
    await hooks.forward()
    hooks.dropped = hooks.sent[:]
    hooks.clock.advance(61)
    assert await hooks.check() == (["Newer"] if topic == "update" else [])


async def test_what_prefect_refuses_keeps_nothing_back(hooks: Hooks) -> None:
    hooks.refuses = "mug"
    hooks.shopify()
    hooks.woocommerce()
    hooks.clock.advance(11)
    assert await hooks.forward() == [("updated", "MUG-1")]
    assert hooks.store.waiting() == 1
    hooks.refuses = "MUG-1"
    hooks.clock.advance(3601)
    assert (await hooks.forward())[1:] == [("updated", "mug")]
    hooks.clock.advance(61)
    await hooks.check()
    assert hooks.store.unchecked() == 1
    hooks.refuses = ""
    hooks.clock.advance(3601)
    await hooks.check()
    assert hooks.store.unchecked() == 0


async def test_a_photo_that_is_put_there_again_is_another_event(hooks: Hooks) -> None:
    """Prefect takes two events with one id for one; the notifications differ in their time only."""
    for number in range(2):
        hooks.bucket({**BRIDGE, "id": str(number)})
        hooks.clock.advance(11)
        await hooks.forward()
    assert len(hooks.sent) == len(set(hooks.ids)) == 2


async def test_an_event_that_is_sent_again_after_a_crash_is_the_same(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    for _ in range(2):
        (due,) = hooks.store.due()
        await hooks.send(due)
    assert len(set(hooks.ids)) == 1


async def test_a_deleted_product_is_removed_after_the_grace_period(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.clock.advance(11)
    await hooks.forward()
    assert hooks.shopify({"id": MUG["id"]}, topic="delete") == 200
    hooks.clock.advance(3000)
    assert len(await hooks.forward()) == 1
    hooks.clock.advance(700)
    assert (await hooks.forward())[-1] == ("removed", "mug")


async def test_an_update_in_the_grace_period_keeps_the_product(hooks: Hooks) -> None:
    hooks.shopify()
    hooks.shopify({"id": MUG["id"]}, topic="delete")
    hooks.shopify()
    hooks.clock.advance(5000)
    assert await hooks.forward() == [("updated", "mug")]


async def test_a_product_without_photos_waits_for_them(hooks: Hooks) -> None:
    assert hooks.shopify(MUG | {"images": []}, topic="create") == 200
    assert hooks.shopify({"id": 1}, topic="delete") == 200  # never heard of it
    assert hooks.store.waiting() == 0


async def test_woocommerce_asks_first_and_then_reports(hooks: Hooks) -> None:
    assert httpx.post(f"{hooks.url}/shops/woocommerce", content=b"webhook_id=3").status_code == 200
    hooks.woocommerce()
    hooks.clock.advance(11)
    assert await hooks.forward() == [("updated", "MUG-1")]
    hooks.woocommerce({"id": 7}, topic="deleted")
    hooks.clock.advance(3700)
    assert (await hooks.forward())[-1] == ("removed", "MUG-1")


RECORD = {
    "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": "b"}, "object": {"key": "in/red+mug.jpg"}},
}
BRIDGE = {
    "id": "1",
    "detail-type": "Object Created",
    "detail": {"bucket": {"name": "b"}, "object": {"key": "in/red mug.jpg"}},
}
R2 = {"action": "PutObject", "bucket": "b", "object": {"key": "in/red mug.jpg"}}


@pytest.mark.parametrize(
    "body",
    [
        BRIDGE,
        {"Records": [RECORD]},
        R2,
        {"messages": [{"body": R2}, {"body": R2 | {"object": {"key": "notes.txt"}}}]},
    ],
    ids=["eventbridge", "s3", "r2", "r2-queue"],
)
async def test_a_photo_in_a_bucket_is_a_product(hooks: Hooks, body: dict[str, Any]) -> None:
    assert hooks.bucket(body) == 200
    assert hooks.bucket(body) == 200
    hooks.clock.advance(11)
    assert await hooks.forward() == [("updated", "red mug")]
    assert hooks.sent[0].payload["photos"] == ["s3://b/in/red mug.jpg"]


@pytest.mark.parametrize(
    "body", [{"Records": [1]}, {"detail-type": "Object Created"}, {"action": "PutObject"}]
)
async def test_a_notification_that_is_none_is_refused(hooks: Hooks, body: dict[str, Any]) -> None:
    assert hooks.bucket(body) == 400


async def test_without_the_database_a_delivery_is_to_come_again(hooks: Hooks) -> None:
    with hooks.store._ledger.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE hook_deliveries")
    assert hooks.shopify(**{"X-Shopify-Webhook-Id": "b1"}) == 503
