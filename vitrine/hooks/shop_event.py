"""What a shop or a bucket has reported about one product."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from vitrine.record import Record


class ShopEvent(Record):
    """A product that is new, has changed, or is gone."""

    kind: Literal["updated", "removed"]
    product_id: str
    payload: dict[str, JsonValue]
    """The fields of a `Product` for `updated`; its id for `removed`."""
    shop_key: str = ""
    """The shop's own number of the product, `shopify:632910392`: all that a deletion names."""
    changed_at: datetime | None = None
    """When the product was changed in the shop; an older report that comes later is dropped."""
