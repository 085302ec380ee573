"""Fuzzing of the application of callbacks and webhooks: requests of any kind, and signed bodies of shops."""

from __future__ import annotations

import asyncio
import base64
import functools
import hashlib
import hmac
import json
import tempfile
from pathlib import Path
from typing import Any

SECRET = "secret"  # noqa: S105  # of the application that is fuzzed
PHOTO = "https://cdn.example/mug.jpg"
SHOPIFY = {
    "id": 632910392,
    "handle": "mug",
    "title": "Mug",
    "images": [{"id": 5, "src": PHOTO, "position": 1, "variant_ids": [7]}],
    "variants": [{"id": 7, "sku": "MUG-1", "image_id": 5}],
    "updated_at": "2026-11-26T05:00:00Z",
}
WOOCOMMERCE = {
    "id": 7,
    "sku": "MUG-1",
    "name": "Mug",
    "images": [{"src": PHOTO}],
    "date_modified_gmt": "2026",
}
S3 = {"s3": {"bucket": {"name": "b"}, "object": {"key": "a+b.jpg"}}, "eventName": "ObjectCreated:Put"}
BRIDGE = {
    "id": "1",
    "detail-type": "Object Created",
    "detail": {"bucket": {"name": "b"}, "object": {"key": "in/red mug.jpg"}},
}
R2 = {"action": "PutObject", "bucket": "b", "object": {"key": "mug.png"}}
SNS = {"Type": "Notification", "MessageId": "m", "Message": json.dumps({"Records": [S3]})}


def requests() -> list[bytes]:
    """Whole requests: method and path, headers, body, with a NUL between them."""
    return [
        b"POST /token\0host: 127.0.0.1\0body",
        b"GET /health\0host: localhost\0",
        b"PUT /%00/../x\0host: evil\0{}",
    ]


def webhooks() -> list[bytes]:
    """What shops and buckets post: the path and its topic, a NUL, the body."""
    bodies: tuple[tuple[str, Any], ...] = (
        ("/shops/shopify products/update", SHOPIFY),
        ("/shops/shopify products/delete", {"id": 632910392}),
        ("/shops/woocommerce product.updated", WOOCOMMERCE),
        ("/shops/woocommerce product.deleted", {"id": 7}),
        (f"/buckets/{SECRET}", {"Records": [S3]}),
        (f"/buckets/{SECRET}", BRIDGE),
        (f"/buckets/{SECRET}", {"messages": [{"body": R2}]}),
        (f"/buckets/{SECRET}", SNS),
    )
    return [f"{path}\0{json.dumps(body)}".encode() for path, body in bodies]


def send_request(data: bytes) -> None:
    """Send a request of any method, path, headers and body."""
    first, *rest = data.split(b"\0", 2)
    method, _, path = first.partition(b" ")
    headers = [part.partition(b": ")[::2] for part in (rest[:1] or [b""])[0].split(b"\n")]
    _send(method, path, [(name.lower(), value) for name, value in headers], b"".join(rest[1:]))


def send_webhook(data: bytes) -> None:
    """Send a body with the signature of each shop, so that it is read."""
    first, _, body = data.partition(b"\0")
    path, _, topic = first.partition(b" ")
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest())
    signatures = [(name, signature) for name in (b"x-shopify-hmac-sha256", b"x-wc-webhook-signature")]
    topics = [(name, topic) for name in (b"x-shopify-topic", b"x-wc-webhook-topic")]
    _send(b"POST", path, [(b"host", b"localhost"), *signatures, *topics], body)


def _send(method: bytes, path: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http"},
        **{"method": method.decode("latin1"), "raw_path": path, "query_string": b"", "root_path": ""},
        **{"path": path.decode("utf-8", "replace"), "headers": headers},
        **{"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2)},
    }
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    asyncio.run(_application()(scope, receive, answer))
    assert statuses[0] < 500, statuses


@functools.cache
def _application() -> Any:
    from vitrine.hooks import create_app
    from vitrine.hooks.event_store import EventStore
    from vitrine.hooks.shop_routes import HookSecrets, shop_routes
    from vitrine.hooks.sns import SnsMessages
    from vitrine.ledger import Ledger

    class Signed(SnsMessages):
        """Takes every message for signed: there is no certificate to fetch here."""

        async def is_signed(self, _message: Any) -> bool:
            return True

    folder = Path(tempfile.mkdtemp(prefix="fuzz-hooks-"))
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite3'}")
    store = EventStore(ledger, quiet_s=10, at_most_s=60, grace_s=3600)
    secrets = HookSecrets(shopify=(SECRET,), woocommerce=(SECRET,), buckets=(SECRET,))
    return create_app(ledger, ["127.0.0.1", "localhost"], more=shop_routes(store, secrets, Signed()))
