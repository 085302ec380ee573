"""From the body of a shop's webhook to an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vitrine.feeds.formats.shopify_json import shopify_product
from vitrine.feeds.product import Reading
from vitrine.hooks.shop_event import ShopEvent
from vitrine.models import Product

WITHOUT_FOLDER = Reading(folder=Path("/nonexistent"))
"""Photos of webhooks are URLs; a relative path leads nowhere."""


def shopify_event(topic: str, body: Mapping[str, Any], known_as: str | None) -> ShopEvent | None:
    """Return the event of `products/create`, `products/update` or `products/delete`.

    `known_as` is the id of the product that a deletion names by its number alone. `None` for a product
    without photos, which a later update brings, for one that is archived, and for other topics.
    """
    key = f"shopify:{body.get('id')}"
    if topic == "products/delete":
        return _removed(known_as, key)
    if topic not in ("products/create", "products/update") or not isinstance(body.get("handle"), str):
        return None
    found = [one for _, one in shopify_product(body, WITHOUT_FOLDER, "webhook") if isinstance(one, Product)]
    if not found:
        return None
    return _updated(found[0], key, body.get("updated_at"))


def woocommerce_event(topic: str, body: Mapping[str, Any], known_as: str | None) -> ShopEvent | None:
    """Return the event of `product.created`, `.updated`, `.restored` or `.deleted`; `None` for others.

    The product's id is its SKU, or its number without one, as in an export.
    """
    number = str(body.get("id") or "")
    key = f"woocommerce:{number}"
    if topic == "product.deleted":
        return _removed(known_as or number or None, key)
    images = [one.get("src") for one in body.get("images") or () if isinstance(one, Mapping)]
    photos = tuple(url for url in images if isinstance(url, str) and url.startswith(("http://", "https://")))
    known = topic in ("product.created", "product.updated", "product.restored")
    if not known or not photos or body.get("status") in ("draft", "trash", "private"):
        return None
    product = Product(
        id=str(body.get("sku") or number)[:200],
        title=str(body.get("name") or ""),
        photos=photos,
        metadata={"shop": "woocommerce", "woocommerce_id": number},
    )
    return _updated(product, key, body.get("date_modified_gmt"))


def _updated(product: Product, key: str, changed_at: object) -> ShopEvent:
    return ShopEvent(
        kind="updated",
        product_id=product.id,
        payload=product.model_dump(mode="json", exclude_none=True),
        shop_key=key,
        changed_at=parse_time(changed_at),
    )


def _removed(product_id: str | None, key: str) -> ShopEvent | None:
    if product_id is None:
        return None
    return ShopEvent(kind="removed", product_id=product_id, payload={"id": product_id}, shop_key=key)


def parse_time(text: object) -> datetime | None:
    """Return a time in ISO 8601, UTC where it names no zone; `None` for anything else."""
    try:
        time = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
