"""What a run will cost, before it starts. A quote buys nothing."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from decimal import Decimal
from typing import Literal

from vitrine.errors import ConfigError, OptionRefused, PhotoError, PhotoHeld, StoppedInWorker
from vitrine.isolation import run_isolated
from vitrine.ledger.identity.photos import is_photo_bought
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import WITH_RECEIPT
from vitrine.models import PreparedPhoto, Product
from vitrine.models.order import Order
from vitrine.photos.choose_photo import choose_photo
from vitrine.photos.fetch import fetch_photo
from vitrine.photos.prepare_photo import prepare_photo
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.prices import price_usd
from vitrine.purchasing.approve_draft import draft_generation
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.purchasing.shared_photos import SOURCE_MEDIA_TYPE, SharedPhotos
from vitrine.recipe import Generation, Recipe
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


class QuotedPhoto(Record):
    """A product's photo, checked: what would be ordered with it, or why nothing would."""

    product: str
    photo: PreparedPhoto | None = None
    problem: str = ""


async def prepare_photos(
    products: Sequence[Product], recipe: Recipe, earlier: EarlierPhotos
) -> AsyncIterator[QuotedPhoto]:
    """Check the photos of products, `PHOTOS_AT_ONCE` at a time, and yield one result for each, in order.

    It is the photo that a run would buy a model for: the best of the product's, or that of another product
    that looks like it. A photo that several products share is fetched once, and equal files are checked once.
    Usable ones are put into the store.
    """
    slots = asyncio.Semaphore(PHOTOS_AT_ONCE)
    by_source: dict[str, asyncio.Task[PreparedPhoto]] = {}
    by_content: dict[str, asyncio.Future[PreparedPhoto]] = {}
    bought = functools.partial(is_photo_bought, earlier.ledger)
    similar = recipe.feed.share_similar
    shared = SharedPhotos(earlier.store, bought, recipe.photo, similar=similar, record=False)

    async def fetch_and_check(source: str) -> PreparedPhoto:
        async with slots:
            return await _check(source, recipe, earlier.store, by_content)

    async def check(source: str) -> PreparedPhoto:
        if source not in by_source:
            by_source[source] = asyncio.create_task(fetch_and_check(source))
        return await by_source[source]

    async def choose(product: Product) -> PreparedPhoto | str:
        try:
            return await choose_photo(
                product.photos,
                check,
                tried=recipe.feed.photos_tried,
                is_bought=lambda photo: bought(photo.identity),
            )
        except (PhotoError, PhotoHeld, StoppedInWorker) as error:
            return str(error)

    tasks = [asyncio.create_task(choose(product)) for product in products]
    try:
        for product, task in zip(products, tasks, strict=True):
            result = await task
            turn = shared.turn()
            if isinstance(result, PreparedPhoto):
                photo = await shared.resolve(result, product.id, turn)
                yield QuotedPhoto(product=product.id, photo=photo)
            else:
                turn.finish()
                yield QuotedPhoto(product=product.id, problem=result)
    finally:
        for pending in (*tasks, *by_source.values()):
            pending.cancel()


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


async def _check(
    source: str,
    recipe: Recipe,
    store: WorkStore,
    by_content: dict[str, asyncio.Future[PreparedPhoto]],
) -> PreparedPhoto:
    """Return the prepared photo. Raises `PhotoError` or `StoppedInWorker` for one that is not usable."""
    data = await fetch_photo(source, recipe.photo)
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 not in by_content:
        by_content[sha256] = asyncio.ensure_future(asyncio.to_thread(_prepare, data, source, recipe, store))
    return await by_content[sha256]


def _prepare(data: bytes, source: str, recipe: Recipe, store: WorkStore) -> PreparedPhoto:
    png, photo, _ = run_isolated(recipe.process, prepare_photo, data, source, recipe.photo)
    if not photo.errors:
        store.put(data, SOURCE_MEDIA_TYPE)
        store.put(png, photo.blob.media_type)
    return photo


async def _price(
    account: ImageTo3DProvider,
    generations: Sequence[Generation],
    photos: Sequence[tuple[str, PreparedPhoto]],
    earlier: EarlierPhotos,
    recipe: Recipe,
    *,
    live_prices: bool,
) -> list[tuple[str, Order, Decimal]]:
    prices: dict[int, Decimal] = {}
    orders: dict[tuple[str, int], Order] = {}
    priced = []
    for (product, photo), (number, generation) in itertools.product(photos, enumerate(generations)):
        key = photo.blob.sha256, number
        if key not in orders:  # products that share a photo share its order
            first = account.order(photo.identity, generation, attempt=recipe.attempt)
            await asyncio.to_thread(earlier.link, [first], photo)
            attempt = await asyncio.to_thread(earlier.ledger.latest_attempt, [first], recipe.attempt)
            orders[key] = account.order(photo.identity, generation, attempt=attempt)
        order = orders[key]
        if number not in prices:  # a price depends on the generation alone
            list_usd = price_usd(account.name, order.settings)
            prices[number] = await account.price_usd(order) if live_prices else list_usd
        priced.append((product, order, prices[number]))
    return priced


def _state(order: Order, ledger: Ledger) -> Literal["new", "bought", "open", "ended"]:
    purchase = ledger.find_order(order)
    if purchase is None or purchase.state in ("refused", "claimed"):
        return "new"
    if purchase.state in WITH_RECEIPT:
        return "bought"
    return "open" if purchase.state in ("submitting", "unknown") else "ended"
