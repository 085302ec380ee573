"""What a reviewer asks for is done by the next run, once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cli.unchanged import find_done
from flows.convert_catalog import convert_catalog
from flows.convert_product import convert_product
from flows.outcome import run_flow
from vitrine.models import Product
from vitrine.publishing.releases import read_release
from vitrine.recipe import FidelityOptions, Recipe
from vitrine.reviews.desk import ReviewDesk
from vitrine.reviews.queue import ReviewItem
from vitrine.settings import Settings
from vitrine.storage.local import LocalBucket

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home")]
TURNED = "rotated by 90°, as the recipe or a reviewer says"


async def test_a_model_is_turned_for_nothing_and_bought_again_once(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    ewer = Product(id="ewer", title="Ewer", photos=(str(draw_photo(tmp_path / "ewer.png")),))
    strict = quick.model_copy(update={"fidelity": FidelityOptions(min_silhouette_iou=1)})
    public = tmp_path / "public"
    public.mkdir()
    desk = ReviewDesk(Settings.from_env().open_work_store(), LocalBucket(public), "Ada")

    async def convert() -> tuple[ReviewItem, Decimal]:
        conversion = await run_flow(convert_product, ewer, strict, "sandbox", str(public), False)
        assert conversion.status == "held", conversion.error
        (item,) = desk.waiting()
        return item, conversion.spent_usd

    def files(item: ReviewItem) -> dict[str, str]:
        assert item.asset is not None
        return {file.role: file.blob.sha256 for file in item.asset.files}

    before = sales()
    first, spent_usd = await convert()
    assert (first.attempt, first.quarters, spent_usd) == (1, 0, Decimal("0.249"))

    desk.decide(first, "turned", 1)
    turned, spent_usd = await convert()
    assert (turned.attempt, turned.quarters, spent_usd) == (1, 1, Decimal(0))
    assert turned.asset is not None
    assert TURNED in [finding.message for finding in turned.asset.findings]
    assert all(files(turned)[role] != files(first)[role] for role in ("web-lod0", "ar", "poster"))
    assert sales() == before + 1

    desk.decide(turned, "again")
    again, spent_usd = await convert()
    assert (again.attempt, again.quarters, spent_usd) == (2, 0, Decimal("0.249"))
    assert again.asset is not None
    assert TURNED not in [finding.message for finding in again.asset.findings]
    assert sales() == before + 2

    same, spent_usd = await convert()
    assert (same.attempt, spent_usd, sales()) == (2, Decimal(0), before + 2)
    assert "published" in desk.decide(same, "approved")


async def test_a_time_out_publishes_what_nobody_has_decided_about(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    draw_photo(tmp_path / "urn.png")
    feed, public = tmp_path / "urns.csv", tmp_path / "public"
    feed.write_text("id,title,photo\nurn,Urn,urn.png\n")
    always = quick.model_copy(update={"review": "always"})
    late = always.model_copy(update={"review_days": 1e-6, "review_default": "approved"})

    async def convert(recipe: Recipe) -> list[str]:
        run = await run_flow(convert_catalog, str(feed), recipe, "sandbox", str(public))
        return [conversion.status for conversion in run.conversions]

    assert await convert(always) == ["held"]
    bought = sales()
    assert await convert(always) == ["held"], "without a time-out it waits"
    assert find_done(str(feed), always, "sandbox", str(public)) is not None
    assert find_done(str(feed), late, "sandbox", str(public)) is None, "a time-out is work to do"
    assert await convert(late) == ["unchanged"]
    assert sales() == bought
    manifest = read_release(LocalBucket(public), "urn")
    assert manifest.review is not None
    assert manifest.review.by == "time-out after 1e-06 days"
