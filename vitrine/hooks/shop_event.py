"""What a shop or a bucket has reported about one product."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

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


class StoredEvent(Record):
    """An event that is due, with what tells it from others about the product."""

    event: ShopEvent
    number: int
    """How many reports came before it is sent."""
    first_at: datetime
    """When the first of them came."""

    @property
    def id(self) -> UUID:
        """The id of Prefect's event: the same if it is sent again, another for a later report."""
        return uuid5(NAMESPACE_URL, f"vitrine:{self.model_dump_json()}")


class SentEvent(Record):
    """An event that Prefect has accepted."""

    stored: StoredEvent
    since: datetime
    """A time on Prefect's clock before the event came: a run of it is younger."""
