"""A quote is what the run then adds to the ledger's sum."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.ledgers import prepared_photo
from vitrine.isolation import run_isolated
from vitrine.ledger import Ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.report import costs
from vitrine.models import Blob, Job, Product
from vitrine.models.order import Order
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.purchasing.place_order import place_order
from vitrine.purchasing.quote import prepare_photos, quote_account, quote_orders
from vitrine.recipe import Generation, ProcessLimits, Recipe
from vitrine.storage import LocalBucket, WorkStore

PRICE = Decimal("0.249")
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> WorkStore:
    return WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")


def _spent(ledger: Ledger) -> Decimal:
    return sum((cost.paid_usd for cost in costs(list_purchases(ledger, Filter()), "provider")), Decimal(0))


async def test_a_run_costs_what_was_quoted(
    ledger: Ledger, fake_provider: Any, make_order: Callable[..., Order], upload: PhotoUpload
) -> None:
    await place_order(make_order("mug"), upload, fake_provider, ledger)
    feed = ["mug", "vase", "lamp", "vase", "stool"]  # one bought before, one photo twice
    orders = [(name, make_order(name), await fake_provider.price_usd(make_order(name))) for name in feed]
    quoted, before = quote_orders(orders, ledger), _spent(ledger)
    assert quoted.total_usd == 3 * Decimal("0.249")
    for _, order, _ in orders:
        await place_order(order, upload, fake_provider, ledger)
    assert _spent(ledger) - before == quoted.total_usd
    assert quote_orders(orders, ledger).total_usd == 0


def test_only_what_was_not_bought_costs_something(ledger: Ledger, make_order: Callable[..., Order]) -> None:
    now = datetime.now(UTC)
    for name in ("fetched", "refused", "unknown", "failed"):
        order = make_order(name)
        ledger.claim(order, PRICE)
        ledger.record_intent(order.key)
        if name == "refused":
            ledger.mark_refused(order.key, "HTTP 429")
        elif name == "unknown":
            ledger.mark_unknown(order.key, "silence")
        else:
            ledger.record_receipt(
                Job(key=order.key, provider="empiriolabs", request_id=name, submitted_at=now)
            )
        if name == "failed":
            ledger.mark_failed(order.key, "boom")
    names = ("fetched", "refused", "unknown", "failed", "new", "new", "newer")
    quoted = quote_orders([(name, make_order(name), PRICE) for name in names], ledger)
    assert [line.state for line in quoted.lines] == ["bought", "new", "open", "ended", "new", "same", "new"]
    assert quoted.total_usd == 3 * PRICE


async def test_an_account_is_quoted_at_each_resolution(ledger: Ledger, store: WorkStore) -> None:
    photos = [(name, prepared_photo(Blob.of(name.encode(), "image/png"))) for name in ("mug", "vase")]
    recipe = Recipe(mode="draft-then-final")
    account = EmpirioLabs("key")
    bought = account.order(photos[0][1].identity, recipe.generation)
    ledger.claim(bought, PRICE)
    ledger.record_receipt(Job(key=bought.key, provider="empiriolabs", request_id="1", submitted_at=START))
    rows = await quote_account(account, recipe, photos, EarlierPhotos(ledger, store), live_prices=False)
    await account.aclose()
    assert [(row.resolution, row.new, row.bought, row.usd) for row in rows] == [
        (512, 2, 0, Decimal("0.050")),
        (1024, 3, 1, Decimal("0.299")),  # both drafts, and the final of the vase
        (1536, 2, 0, Decimal("0.998")),
    ]
    assert [row.note for row in rows] == ["a draft", "the recipe's, with its draft", ""]


async def test_an_account_that_does_not_take_the_order_says_why(ledger: Ledger, store: WorkStore) -> None:
    photos = [("mug", prepared_photo(Blob.of(b"mug", "image/png")))]
    recipe = Recipe(generation=Generation(seed=7))
    account = Pixazo("key")
    rows = await quote_account(account, recipe, photos, EarlierPhotos(ledger, store), live_prices=False)
    await account.aclose()
    assert {(row.usd, row.new) for row in rows} == {(None, 0)}
    assert all("pixazo does not take seed" in row.note for row in rows)


async def test_products_without_a_usable_photo_are_named(
    tmp_path: Path, shared_photos: Path, store: WorkStore, ledger: Ledger
) -> None:
    good = Product(id="mug", photos=(str(shared_photos / "cutout" / "mug.webp"),))
    missing = Product(id="vase", photos=(str(tmp_path / "none.png"),))
    checked = [
        photo async for photo in prepare_photos([good, missing], Recipe(), EarlierPhotos(ledger, store))
    ]
    assert [(row.product, row.photo is not None) for row in checked] == [("mug", True), ("vase", False)]
    assert checked[0].photo is not None
    assert store.has(checked[0].photo.blob)
    assert checked[1].problem.endswith("none.png: no such file")


async def test_a_photo_is_checked_once_however_many_products_have_it(
    tmp_path: Path, shared_photos: Path, store: WorkStore, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (shared_photos / "cutout" / "mug.webp").read_bytes()
    for name in ("mug.webp", "copy.webp"):
        (tmp_path / name).write_bytes(data)
    calls: list[str] = []

    def counting(limits: ProcessLimits, function: Callable[..., Any], *args: Any) -> Any:
        calls.append(function.__name__)
        return run_isolated(limits, function, *args)

    monkeypatch.setattr("vitrine.purchasing.quote.run_isolated", counting)
    products = [
        Product(id=f"p{number}", photos=(str(tmp_path / ("copy.webp" if number % 2 else "mug.webp")),))
        for number in range(40)
    ]
    checked = [row async for row in prepare_photos(products, Recipe(), EarlierPhotos(ledger, store))]
    assert [row.product for row in checked] == [product.id for product in products]
    assert len({row.photo.blob.sha256 for row in checked if row.photo}) == 1
    assert all(row.photo for row in checked)
    assert calls == ["prepare_photo"]


async def test_a_photo_that_stops_its_worker_is_the_problem_of_its_product_alone(
    shared_photos: Path, store: WorkStore, ledger: Ledger
) -> None:
    product = Product(id="mug", photos=(str(shared_photos / "cutout" / "mug.webp"),))
    recipe = Recipe(process=ProcessLimits(wall_s=0.001))
    (checked,) = [row async for row in prepare_photos([product], recipe, EarlierPhotos(ledger, store))]
    assert checked.photo is None
    assert "prepare_photo: no result after 0.001 s" in checked.problem
