"""Webhooks of shops and notifications of buckets, over HTTP, from those who have the secret and others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hooks.conftest import BRIDGE, MUG, Hooks
from vitrine.hooks.shop_routes import MAX_BODY_BYTES

HALF_A_CHARACTER = json.dumps(MUG | {"title": "\ud800"}).encode()


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


@pytest.mark.parametrize("key", ["a" * 5000 + ".txt", "~nobody/mug.txt", __file__, "photo"])
async def test_the_key_of_an_object_is_no_file_here(
    hooks: Hooks, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photo").write_bytes(b"\xff\xd8\xff\xe0" * 40)  # JPEG
    assert hooks.bucket(R2 | {"object": {"key": key}}) == 200
    assert hooks.bucket(R2 | {"object": {"key": f"{key}.jpg"}}) == 200
    hooks.clock.advance(11)
    assert [kind for kind, _ in await hooks.forward()] == ["updated"]


@pytest.mark.parametrize(
    "body",
    [
        {"Records": [1]},
        {"detail-type": "Object Created"},
        {"action": "PutObject"},
        {"messages": [{"body": {"Records": [{"eventName": "ObjectCreated:Put"}]}}]},
    ],
)
async def test_a_notification_that_is_none_is_refused(hooks: Hooks, body: dict[str, Any]) -> None:
    assert hooks.bucket(body) == 400


async def test_without_the_database_a_delivery_is_to_come_again(hooks: Hooks) -> None:
    with hooks.store._ledger.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE hook_deliveries")
    assert hooks.shopify(**{"X-Shopify-Webhook-Id": "b1"}) == 503
