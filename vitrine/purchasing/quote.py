"""What a run will cost, before it starts. A quote buys nothing."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from vitrine.errors import ConfigError, OptionRefused, PhotoError
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import WITH_RECEIPT
from vitrine.models import PreparedPhoto, Product
from vitrine.order import Order
from vitrine.photos import fetch_photo, prepare_photo
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.prices import price_usd
from vitrine.purchasing.approve_draft import draft_generation
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.recipe import Generation, PhotoOptions, Recipe
from vitrine.record import Record
from vitrine.storage.work_store import WorkStore

RESOLUTIONS = (512, 1024, 1536)
PHOTOS_AT_ONCE = 4


class QuoteLine(Record):
    """One product's order and what it adds to the bill."""

    product: str
    key: str
    state: Literal["new", "bought", "same", "open", "ended"]
    """`same`: another product of the run has the same order. `open`: whether it was bought is not known yet.
    `ended`: it failed or expired, and is not bought again without a new attempt."""
    price_usd: Decimal


class Quote(Record):
    """The orders of a run."""

    lines: tuple[QuoteLine, ...]

    @property
    def total_usd(self) -> Decimal:
        """What the run adds to the ledger's sum."""
        return sum((line.price_usd for line in self.lines), Decimal("0.00"))

    def count(self, state: str) -> int:
        """Return how many orders are in this state."""
        return sum(line.state == state for line in self.lines)


class QuoteRow(Record):
    """What a run costs at one account and resolution."""

    provider: str
    resolution: int
    new: int = 0
    """How many models are bought."""
    bought: int = 0
    """How many models are in the ledger already."""
    other: int = 0
    usd: Decimal | None = None
    """The price of the run; `None` if the account does not take the order."""
    note: str


async def prepare_photos(
    products: Sequence[Product], options: PhotoOptions, store: WorkStore
) -> tuple[list[tuple[str, PreparedPhoto]], list[str]]:
    """Return (product, photo in the store) for each usable photo, and what is wrong with the others."""
    slots = asyncio.Semaphore(PHOTOS_AT_ONCE)

    async def prepare(product: Product) -> tuple[str, PreparedPhoto] | str:
        async with slots:
            return await _prepare(product, options, store)

    results = await asyncio.gather(*(prepare(product) for product in products))
    photos = [result for result in results if not isinstance(result, str)]
    return photos, [result for result in results if isinstance(result, str)]


async def quote_account(
    account: ImageTo3DProvider,
    recipe: Recipe,
    photos: Sequence[tuple[str, PreparedPhoto]],
    earlier: EarlierPhotos,
    *,
    live_prices: bool,
) -> list[QuoteRow]:
    """Price a run of (product, prepared photo) at one account: a row for each resolution.

    The row of the recipe's own resolution includes its drafts. Without `live_prices`, which some providers
    show only to a key, the price list counts.
    """
    rows = []
    own = recipe.generation
    for resolution in RESOLUTIONS:
        generation = own.model_copy(update={"resolution": resolution, "pipeline_type": None})
        has_draft = recipe.mode == "draft-then-final" and resolution == own.resolution
        generations = [draft_generation(generation), generation] if has_draft else [generation]
        note = "a draft" if resolution == RESOLUTIONS[0] else ""
        note = "the recipe's" if resolution == own.resolution else note
        note += ", with its draft" if has_draft else ""
        row = QuoteRow(provider=account.name, resolution=resolution, note=note)
        try:
            orders = await _price(account, generations, photos, earlier, recipe, live_prices=live_prices)
        except (OptionRefused, ConfigError) as error:
            rows.append(row.model_copy(update={"note": str(error)}))
            continue
        quote = quote_orders(orders, earlier.ledger)
        new, bought = quote.count("new"), quote.count("bought")
        counts = {"new": new, "bought": bought, "other": len(quote.lines) - new - bought}
        rows.append(row.model_copy(update=counts | {"usd": quote.total_usd}))
    return rows


def quote_orders(orders: Iterable[tuple[str, Order, Decimal]], ledger: Ledger) -> Quote:
    """Quote a run of (product, order, price in US dollars); an order in the ledger costs nothing again."""
    seen: set[str] = set()
    lines = []
    for product, order, order_usd in orders:
        known_by = {order.key, f"{order.pixels_identity}/{order.attempt}"}
        state = "same" if known_by & seen else _state(order, ledger)
        seen |= known_by
        line_usd = order_usd if state == "new" else Decimal("0.00")
        lines.append(QuoteLine(product=product, key=order.key, state=state, price_usd=line_usd))
    return Quote(lines=tuple(lines))


async def _prepare(
    product: Product, options: PhotoOptions, store: WorkStore
) -> tuple[str, PreparedPhoto] | str:
    source = product.photos[0]
    try:
        data = await fetch_photo(source, options)
        png, photo = await asyncio.to_thread(prepare_photo, data, source, options)
    except PhotoError as error:
        return f"{product.id}: {error}"
    errors = [finding.message for finding in photo.errors]
    if errors:
        return f"{product.id}: " + "; ".join(errors)
    await asyncio.to_thread(store.put, png, photo.blob.media_type)
    return product.id, photo


async def _price(
    account: ImageTo3DProvider,
    generations: Sequence[Generation],
    photos: Sequence[tuple[str, PreparedPhoto]],
    earlier: EarlierPhotos,
    recipe: Recipe,
    *,
    live_prices: bool,
) -> list[tuple[str, Order, Decimal]]:
    priced = []
    for (product, photo), generation in itertools.product(photos, generations):
        first = account.order(photo.identity, generation, attempt=recipe.attempt)
        await asyncio.to_thread(earlier.link, [first], photo)
        attempt = await asyncio.to_thread(earlier.ledger.latest_attempt, [first], recipe.attempt)
        order = account.order(photo.identity, generation, attempt=attempt)
        list_usd = price_usd(account.name, order.settings)
        priced.append((product, order, await account.price_usd(order) if live_prices else list_usd))
    return priced


def _state(order: Order, ledger: Ledger) -> Literal["new", "bought", "open", "ended"]:
    purchase = ledger.find_order(order)
    if purchase is None or purchase.state in ("refused", "claimed"):
        return "new"
    if purchase.state in WITH_RECEIPT:
        return "bought"
    return "open" if purchase.state in ("submitting", "unknown") else "ended"
