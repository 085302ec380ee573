"""The server of webhooks with a clock of its own, and a Prefect that notes what it is told."""

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
from vitrine.hooks.shop_routes import HookSecrets, shop_routes
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
WOO = {"id": 7, "sku": "MUG-1", "name": "Mug", "images": [{"src": "https://cdn.example/mug.jpg"}]}
BRIDGE = {
    "id": "1",
    "detail-type": "Object Created",
    "detail": {"bucket": {"name": "b"}, "object": {"key": "in/red mug.jpg"}},
}


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
