"""The routes that shops and buckets post to. An answer comes once the event is on disk, and not later.

A request without a valid signature gets 401 and changes nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitrine.errors import LedgerError, Refused
from vitrine.hooks.bucket_objects import bucket_events
from vitrine.hooks.event_store import EventStore
from vitrine.hooks.shop_event import ShopEvent
from vitrine.hooks.shop_products import parse_time, shopify_event, woocommerce_event
from vitrine.hooks.signature import is_signed
from vitrine.hooks.sns import SnsMessages, is_sns
from vitrine.json_text import parse_json
from vitrine.record import Record

MAX_BODY_BYTES = 4_000_000
"""A product of Shopify with 2,048 variants has about 3 MB."""
STALE = timedelta(hours=24)
"""Shopify repeats a delivery for four hours, SNS for one; what is older was kept by somebody else."""

logger = logging.getLogger(__name__)
Parse = Callable[[str, Mapping[str, Any], str | None], ShopEvent | None]


class HookSecrets(Record):
    """The secrets of those who may post; two of a kind while one is rotated. No secret, no route."""

    shopify: tuple[str, ...] = ()
    woocommerce: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    """The last part of the path for buckets. Only SNS signs its messages; EventBridge and R2 sign nothing."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> HookSecrets:
        """Read `VITRINE_SHOPIFY_SECRETS`, `VITRINE_WOOCOMMERCE_SECRETS` and `VITRINE_BUCKET_TOKENS`.

        Several secrets are separated by commas.
        """
        names = ("shopify", "woocommerce", "buckets")
        variables = ("VITRINE_SHOPIFY_SECRETS", "VITRINE_WOOCOMMERCE_SECRETS", "VITRINE_BUCKET_TOKENS")
        split = (tuple(one.strip() for one in env.get(v, "").split(",") if one.strip()) for v in variables)
        return cls(**dict(zip(names, split, strict=True)))


def shop_routes(store: EventStore, secrets: HookSecrets, sns: SnsMessages | None = None) -> list[Route]:
    """Return the routes: `/shops/shopify`, `/shops/woocommerce`, `/buckets/{token}`."""
    sns = sns or SnsMessages()

    async def shopify(request: Request) -> Response:
        headers = request.headers
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not is_signed(body, headers.get("X-Shopify-Hmac-SHA256"), secrets.shopify):
            return Response(status_code=401)
        triggered = parse_time(headers.get("X-Shopify-Triggered-At"))
        if _is_stale(triggered):
            return Response(status_code=200)
        names = ("X-Shopify-Webhook-Id", "X-Shopify-Event-Id")
        ids = [f"shopify:{name}:{headers[name]}" for name in names if headers.get(name)]
        return await _accept(store, headers.get("X-Shopify-Topic", ""), body, ids, shopify_event, "shopify")

    async def woocommerce(request: Request) -> Response:
        headers = request.headers
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        signature = headers.get("X-WC-Webhook-Signature")
        if signature is None and body.startswith(b"webhook_id=") and len(body) < 40:
            return Response(status_code=200)  # WooCommerce asks so whether a new address answers
        if not is_signed(body, signature, secrets.woocommerce):
            return Response(status_code=401)
        delivery = headers.get("X-WC-Webhook-Delivery-ID")
        ids = [f"woocommerce:{headers.get('X-WC-Webhook-Source', '')}:{delivery}"] if delivery else []
        topic = headers.get("X-WC-Webhook-Topic", "")
        return await _accept(store, topic, body, ids, woocommerce_event, "woocommerce")

    async def bucket(request: Request) -> Response:
        given = request.path_params["token"].encode()
        matches = [hmac.compare_digest(given, token.encode()) for token in secrets.buckets]
        if not any(matches):
            return Response(status_code=401)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        content = _object(body)
        if is_sns(content) and (answer := await _check_sns(sns, content)) is not None:
            return answer
        try:
            events = bucket_events(content)
        except (KeyError, TypeError, AttributeError, ValueError):
            return Response(status_code=400)
        ids = [f"bucket:{content.get('id') or content.get('MessageId') or hashlib.sha256(body).hexdigest()}"]
        return await _store(store, ids, events)

    routes = []
    for path, handler, given in (
        ("/shops/shopify", shopify, secrets.shopify),
        ("/shops/woocommerce", woocommerce, secrets.woocommerce),
        ("/buckets/{token:str}", bucket, secrets.buckets),
    ):
        if given:
            routes.append(Route(path, handler, methods=["POST"]))
    return routes


async def _accept(
    store: EventStore, topic: str, body: bytes, ids: Sequence[str], parse: Parse, shop: str
) -> Response:
    """Store what a signed body says; a body that says nothing about a product is answered the same way."""
    content = _object(body)
    try:
        known = await asyncio.to_thread(store.product_of, f"{shop}:{content.get('id')}")
        event = parse(topic, content, known)
    except LedgerError:
        return Response(status_code=503, headers={"Retry-After": "30"})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        logger.warning("%s %s: a signed body is not readable: %s", shop, topic, error)
        return Response(status_code=200)  # it would come again, and be the same
    return await _store(store, ids, [] if event is None else [event])


async def _store(store: EventStore, ids: Sequence[str], events: Sequence[ShopEvent]) -> Response:
    try:
        await asyncio.to_thread(store.accept, ids, events)
    except LedgerError:
        return Response(status_code=503, headers={"Retry-After": "30"})
    except ValueError as error:  # half of a surrogate pair, which is JSON and no text
        logger.warning("a body is not readable: %s", error)
    return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """Return the raw body, or `None` for one that is larger than `MAX_BODY_BYTES`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = parse_json(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


async def _check_sns(sns: SnsMessages, message: Mapping[str, Any]) -> Response | None:
    """Return the answer to a message of SNS that reports nothing, or that Amazon has not signed.

    SNS sends again what is answered with a 5xx, and nothing else.
    """
    try:
        if not await sns.is_signed(message):
            return Response(status_code=401)
        if _is_stale(parse_time(message.get("Timestamp"))):
            return Response(status_code=200)
        if message["Type"] == "SubscriptionConfirmation":
            return Response(status_code=200 if await sns.confirm(message) else 400)
    except Refused as error:
        logger.warning("SNS: %s", error)
        return Response(status_code=401)
    except httpx.HTTPError as error:
        logger.warning("SNS: Amazon does not answer: %s", error)
        return Response(status_code=503)
    return None if message["Type"] == "Notification" else Response(status_code=200)


def _is_stale(sent_at: datetime | None) -> bool:
    return sent_at is not None and datetime.now(UTC) - sent_at > STALE
