"""Plan a run: each product of a feed against the published catalogue and the ledger."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal

from vitrine.ledger.ledger import Ledger
from vitrine.models import Product
from vitrine.planning.compare import PlannedProduct, compare, may_buy
from vitrine.planning.photo_hashes import PhotoHashes
from vitrine.planning.prices import ModelPrice
from vitrine.planning.published import NOTHING, PublishedCatalog, PublishedProduct
from vitrine.planning.run_hashes import RunHashes

BATCH = 500
"""Orders that the ledger is asked for at once."""


class Planner:
    """Compares products with a published catalogue; reads nothing but their local photos and the ledger."""

    def __init__(
        self,
        run: RunHashes,
        published: PublishedCatalog | None,
        photos: PhotoHashes,
        *,
        price: ModelPrice | None = None,
        ledger: Ledger | None = None,
        accept: Collection[str] = (),
        again: Collection[str] = (),
    ) -> None:
        """Take what a run shares, the catalogue that it replaces, and the hashes of photo files.

        Without `price` or `ledger`, models count as free. Held products in `accept` and products in `again`
        are converted whatever has changed.
        """
        self.run, self.photos, self.price, self.ledger = run, photos, price, ledger
        self.accept, self.again = frozenset(accept), frozenset(again)
        known = published or NOTHING
        self.entries, self.held, self.details = known.products, known.held, known.details

    def plan(self, products: Iterable[Product]) -> Iterator[PlannedProduct]:
        """Yield what is to be done with each product, in order; last, those that the feed has no more."""
        seen: set[str] = set()
        for batch in _batches(products, BATCH):
            seen.update(product.id for product in batch)
            compared = [(product, self.compare(product)) for product in batch]
            yield from self._with_prices(compared)
        for product_id in self.entries:
            if product_id not in seen:
                yield PlannedProduct(id=product_id, action="removed")

    def compare(self, product: Product) -> PlannedProduct:
        """Return what is to be done with one product, without the price."""
        now = self.run.inputs(product, self.photos.of(product.photos))
        entry, held = self.entries.get(product.id), self.held.get(product.id)
        if product.id in self.again:
            return PlannedProduct(id=product.id, action="changed", reasons=("attempt",))
        if held is not None:
            reasons = compare(now, held, self.details, self.run.details)
            if not reasons and product.id not in self.accept:
                return PlannedProduct(id=product.id, action="held")
            return PlannedProduct(id=product.id, action="changed", reasons=reasons or ("accepted",))
        if entry is None:
            return PlannedProduct(id=product.id, action="new")
        reasons = compare(now, entry.inputs, self.details, self.run.details)
        return PlannedProduct(id=product.id, action="changed" if reasons else "unchanged", reasons=reasons)

    def _with_prices(self, compared: Sequence[tuple[Product, PlannedProduct]]) -> Iterator[PlannedProduct]:
        price = self.price
        if price is None:
            yield from (planned for _, planned in compared)
            return
        buying = {
            product.id: price.request_key(self.photos.sha256(product.photos[0]))
            for product, planned in compared
            if planned.action == "new" or may_buy(planned.reasons)
        }
        keys = [key for key in buying.values() if key]
        bought = self.ledger.known_requests(keys) if self.ledger and keys else frozenset()
        for product, planned in compared:
            is_bought = buying.get(product.id) in bought and product.id not in self.again
            if product.id in buying and not is_bought:
                planned = planned.model_copy(update={"price_usd": price.usd})
            yield planned


class Tally:
    """Counts a plan while it is made."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.to_buy = 0
        self.usd = Decimal(0)

    def add(self, planned: PlannedProduct) -> None:
        """Count one product."""
        self.counts[planned.action] = self.counts.get(planned.action, 0) + 1
        self.to_buy += planned.price_usd > 0
        self.usd += planned.price_usd

    @property
    def to_convert(self) -> int:
        """How many products are converted."""
        return self.counts.get("new", 0) + self.counts.get("changed", 0)


def mean_release_bytes(entries: Iterable[PublishedProduct]) -> int | None:
    """Return the mean size of the releases of a catalogue; `None` where none is recorded."""
    sizes = [entry.release_bytes for entry in entries if entry.release_bytes]
    return round(sum(sizes) / len(sizes)) if sizes else None


def _batches(products: Iterable[Product], size: int) -> Iterator[tuple[Product, ...]]:
    iterator = iter(products)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch
