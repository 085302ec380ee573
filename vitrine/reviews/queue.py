"""The queue of products that wait for review, in the work store, so that every machine sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, ValidationError

from vitrine.errors import ConditionUnsupported, InputError, NotFound, PreconditionFailed
from vitrine.models import Asset, Blob, Inputs, Product
from vitrine.publishing.manifest import Review, manifest_of
from vitrine.record import Record
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import REVIEWS

JSON = "application/json"
Action = Literal["approved", "rejected", "again", "turned"]
"""`again`: the next run buys another model; `turned`: the next run builds it anew with another front."""
WORDS: dict[Action, str] = {
    "approved": "approved",
    "rejected": "rejected",
    "again": "sent to be bought anew",
    "turned": "sent to be turned",
}


class Decision(Record):
    """What a person has decided about a held product."""

    action: Action
    by: str
    at: AwareDatetime
    attempt: int | None = None
    """The attempt that buys the model anew, for `again`."""
    quarters: int = 0
    """The quarter turns about +Y, 1 to 3, for `turned`."""

    @property
    def is_for_next_run(self) -> bool:
        """Whether the next run builds the product anew, and asks again if it is held again."""
        return self.action in ("again", "turned")

    @property
    def review(self) -> Review:
        """What the manifest of a release says about it."""
        return Review(by=self.by, at=self.at)


class ReviewItem(Record):
    """One product that is held, and why."""

    product: Product
    reasons: tuple[str, ...]
    asset: Asset | None = None
    """The whole product, ready to be published; `None` if its photo or its draft is held."""
    sheet: Blob | None = None
    """Contact sheet: the photo beside the model and its levels of detail."""
    inputs: Inputs | None = None
    """What it is made from: a decision counts until that changes."""
    account: str = ""
    to: str = ""
    """The destination, as the run was given it."""
    attempt: int = 1
    """The attempt with which its model was bought."""
    quarters: int = 0
    """The quarter turns that people have asked for so far."""
    held_at: AwareDatetime
    decision: Decision | None = None

    @property
    def buys(self) -> bool:
        """Whether the next run buys a model if this is approved."""
        return self.asset is None

    @property
    def goes_on(self) -> bool:
        """Whether it was decided that the product goes on: approved, turned or bought again."""
        return self.decision is not None and self.decision.action != "rejected"

    def is_same(self, other: ReviewItem) -> bool:
        """Whether both ask the same question."""
        if self.asset is not None and other.asset is not None:
            return manifest_of(self.asset).id == manifest_of(other.asset).id
        return self.asset == other.asset and self.inputs == other.inputs


class ReviewQueue:
    """The held products of one destination."""

    def __init__(self, bucket: Bucket, root: str) -> None:
        """Take the bucket of the work store, and the address of the destination (`Bucket.root`)."""
        self.bucket = bucket
        self.prefix = f"{REVIEWS}{hashlib.sha256(root.encode()).hexdigest()[:16]}/"

    def hold(self, item: ReviewItem) -> ReviewItem:
        """Add an item; one with the same question that is in the queue stays, with its decision."""
        known = self.get(item.product)
        done = known is not None and known.decision is not None and known.decision.is_for_next_run
        if known is not None and known.is_same(item) and not done:
            return known
        self.bucket.put(self._key(item.product), item.model_dump_json().encode(), media_type=JSON)
        return item

    def get(self, product: Product | str) -> ReviewItem | None:
        """Return the item of a product, waiting or decided; a product may be given by its slug."""
        return self._read(self._key(product))

    def waiting(self) -> list[ReviewItem]:
        """Return what waits for a decision, in the order of the keys."""
        return [item for item in self._items() if item.decision is None]

    def for_next_run(self) -> dict[str, Action]:
        """Return product id -> decision where the next run carries it out.

        It goes on with a photo or draft that was approved, buys a model anew, or turns one.
        """
        return {
            item.product.id: item.decision.action
            for item in self._items()
            if item.decision is not None
            and (item.decision.is_for_next_run or (item.buys and item.decision.action == "approved"))
        }

    def decide(self, product: Product, decision: Decision) -> ReviewItem:
        """Record a decision and return the item.

        Raises `InputError` if the product does not wait for one: of two people the first decides.
        """
        key = self._key(product)
        there = self.bucket.head(key)
        item = self._read(key)
        if there is None or item is None:
            raise InputError(f"{product.id} does not wait for a review")
        if item.decision is not None:
            raise InputError(_says(item.product.id, item.decision))
        decided = item.model_copy(update={"decision": decision})
        body = decided.model_dump_json().encode()
        try:
            self.bucket.put(key, body, media_type=JSON, if_match=there.etag)
        except ConditionUnsupported:
            self.bucket.put(key, body, media_type=JSON)
        except PreconditionFailed as error:
            other = self._read(key)
            if other is not None and other.decision is not None:
                raise InputError(_says(product.id, other.decision)) from error
            raise InputError(f"{product.id} has changed meanwhile: look again") from error
        return decided

    def reopen(self, product: Product) -> None:
        """Take a decision back, for one that could not be carried out."""
        item = self.get(product)
        if item is not None:
            waiting = item.model_copy(update={"decision": None})
            self.bucket.put(self._key(product), waiting.model_dump_json().encode(), media_type=JSON)

    def _items(self) -> Iterator[ReviewItem]:
        for info in self.bucket.list(self.prefix):
            item = self._read(info.key)
            if item is not None:
                yield item

    def _read(self, key: str) -> ReviewItem | None:
        try:
            return ReviewItem.model_validate_json(self.bucket.get(key))
        except (NotFound, ValidationError):  # one of another version: the next run writes it anew
            return None

    def _key(self, product: Product | str) -> str:
        return f"{self.prefix}{product if isinstance(product, str) else product.slug}.json"


def _says(product_id: str, decision: Decision) -> str:
    return f"{product_id} was {WORDS[decision.action]} by {decision.by} on {decision.at:%Y-%m-%d %H:%M} UTC"


def decide_now(item: ReviewItem, action: Action, by: str, now: datetime, quarters: int = 0) -> Decision:
    """Return the decision of a person.

    Raises `InputError` for a nameless one, and for a model that is not there to be turned or bought anew.
    """
    if not by.strip():
        raise InputError("say who decides: --by NAME")
    decision = Decision(action=action, by=by.strip()[:200], at=now)
    if not decision.is_for_next_run:
        return decision
    if item.asset is None:
        raise InputError(f"{item.product.id} has no model yet: approve or reject its photo or draft")
    if action == "again":
        return decision.model_copy(update={"attempt": item.attempt + 1})
    if quarters not in (1, 2, 3):
        raise InputError("a model is turned by 90, 180 or 270 degrees")
    return decision.model_copy(update={"quarters": quarters})
