"""Decide in a catalogue run which products are converted; the others keep the results that they have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from vitrine.models import Inputs, Product
from vitrine.planning.find_unchanged import unchanged
from vitrine.planning.photo_hashes import PhotoHashes
from vitrine.planning.plan import Planner
from vitrine.planning.published import PublishedCatalog, read_published
from vitrine.planning.run_hashes import RunHashes
from vitrine.publishing.shop_record import is_listed
from vitrine.recipe import Recipe
from vitrine.reviews.queue import ReviewQueue
from vitrine.runs import Conversion
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import CATALOG_PAGE


class RunPlan:
    """The published catalogue, against which a run compares each product that it reads."""

    def __init__(
        self,
        recipe: Recipe,
        account: str,
        bucket: Bucket,
        *,
        home: Path,
        work: Bucket,
        steps: Mapping[str, str],
        accept: Collection[str] = (),
        again: Collection[str] = (),
        everything: bool = False,
        only_failed: bool = False,
    ) -> None:
        """Read the catalogue in the bucket, once. `steps` has the hash of each step's code.

        Held products in `accept`, those that people have decided about (in `work`, the bucket of the work
        store), and products in `again` are converted whatever has changed; with `everything`, all are; with
        `only_failed`, only products that the last run could not convert: others keep their releases, and new
        ones are left out. Raises `StorageError`.
        """
        published = read_published(bucket)
        run = RunHashes.of(recipe, account, steps)
        accepted, anew = decided(ReviewQueue(work, bucket.root), published)
        self._planner = Planner(
            run, published, PhotoHashes.open(home), accept={*accept, *accepted}, again={*again, *anew}
        )
        self._bucket = bucket
        self._everything = everything
        self._only_failed = only_failed
        self._shop = recipe.shop
        self._failed_before = frozenset(published.failed if published else ())
        self.page_url = bucket.url(CATALOG_PAGE) if published else None
        """The page of the published catalogue."""
        self.to_convert = 0
        """How many of the products so far are to be converted."""

    def split(self, products: Iterable[Product]) -> Iterator[tuple[Product, Conversion | None]]:
        """Yield each product with the result that it keeps; `None` for one that is to be converted."""
        for product in products:
            if self._only_failed and product.id not in self._failed_before:
                if kept := self._keep_as_it_is(product):
                    yield product, kept
                continue
            kept = None if self._everything else self._keep(product)
            self.to_convert += kept is None
            yield product, kept

    @property
    def is_done(self) -> bool:
        """Whether the published catalogue is what the run would publish, after all products were read."""
        return self.page_url is not None and not self.to_convert and not self._failed_before

    def _is_in_shop(self, product: Product) -> bool:
        """Whether the shop of the recipe, if there is one, shows the current release."""
        release = self._planner.entries[product.id].target.release
        return self._shop is None or is_listed(self._bucket, product.slug, self._shop, release)

    def _keep_as_it_is(self, product: Product) -> Conversion | None:
        """Return the result that a product has, whatever has changed; `None` if it has none."""
        if held := self._planner.held.get(product.id):
            return _held(product, held)
        entry = self._planner.entries.get(product.id)
        return None if entry is None else unchanged(product, entry.target, self._bucket)

    def _keep(self, product: Product) -> Conversion | None:
        match self._planner.compare(product).action:
            case "unchanged" if self._is_in_shop(product):
                return unchanged(product, self._planner.entries[product.id].target, self._bucket)
            case "held":
                return _held(product, self._planner.held[product.id])
            case _:
                return None


def decided(queue: ReviewQueue, published: PublishedCatalog | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the held products that the next run converts as they are, and those that it buys anew.

    A decision is carried out once: a product that is published, or held anew, is none of these.
    """
    decisions = queue.for_next_run()
    held = published.held if published else {}
    again = frozenset(name for name, action in decisions.items() if action == "again" and name in held)
    return frozenset(decisions).difference(again), again


def _held(product: Product, inputs: Inputs) -> Conversion:
    return Conversion(
        product_id=product.id,
        title=product.title,
        status="held",
        error="held for review, as before: nothing has changed since",
        inputs=inputs,
    )
