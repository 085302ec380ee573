"""What a person needs to decide about the held products of one destination."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from vitrine.errors import InputError, NotFound
from vitrine.models import Blob, slug_of
from vitrine.reviews.carry_out import carry_out
from vitrine.reviews.queue import Action, ReviewItem, ReviewQueue, decide_now
from vitrine.storage.bucket import Bucket
from vitrine.storage.work_store import WorkStore

PICTURES = ("photo", "poster", "turntable")
"""The files of a product that are shown beside its contact sheet."""


class ReviewDesk:
    """Shows held products, and carries out what a person decides."""

    def __init__(self, store: WorkStore, bucket: Bucket, by: str) -> None:
        self.store, self.bucket, self.by = store, bucket, by
        self.queue = ReviewQueue(store.bucket, bucket.root)

    def waiting(self) -> list[ReviewItem]:
        """Return what waits for a decision."""
        return self.queue.waiting()

    def find(self, product: str) -> ReviewItem:
        """Return the item of a product that waits. Raises `InputError` for any other."""
        item = self.queue.get(slug_of(product)) or self.queue.get(product)
        if item is None:
            raise InputError(f"{product} does not wait for a review in {self.bucket.root}")
        return item

    def decide(self, item: ReviewItem, action: Action, quarters: int = 0) -> str:
        """Carry out a decision, and say in a line what has happened; `quarters` are those of a turn.

        Raises `InputError` if somebody else has decided, or for a decision that the item does not allow, and
        `StorageError` if it cannot be published.
        """
        decision = decide_now(item, action, self.by, datetime.now(UTC), quarters)
        release = carry_out(item, decision, self.queue, self.store, self.bucket)
        name = item.product.id
        if action == "again":
            price = price_of(item)
            costs = f", for {price}" if price else ""
            return f"{name}: the next run buys its model anew, as attempt {decision.attempt}{costs}"
        if action == "turned":
            return f"{name}: the next run turns it by {90 * quarters}° and builds it anew; it buys nothing"
        if release is not None:
            return f"{name}: approved by {self.by}, published: {release.page_url}"
        if action == "approved":
            return f"{name}: approved by {self.by}; the next run buys its model and converts it"
        return f"{name}: rejected by {self.by}; it stays unpublished until it changes"

    def pictures(self, item: ReviewItem) -> dict[str, Blob]:
        """Return the images of an item, by what they show."""
        files = item.asset.files if item.asset else ()
        found = {file.role: file.blob for file in files if file.role in PICTURES}
        if item.sheet is not None:
            found["sheet"] = item.sheet
        return found

    def sheet_path(self, item: ReviewItem) -> Path | None:
        """Return a local file with the contact sheet; `None` if there is none."""
        if item.sheet is None:
            return None
        try:
            return self.store.path(item.sheet)
        except NotFound:
            return None


def price_of(item: ReviewItem) -> str:
    """Return about what buying a model anew costs: what it cost before. Empty where that is not known."""
    asset = item.asset
    return f"about ${asset.cost_usd}" if asset and asset.cost_usd is not None else ""
