from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter

from flows.convert_catalog import convert_catalog
from flows.outcome import run_flow
from vitrine.errors import ConfigError, FeedError
from vitrine.recipe import FidelityOptions, Recipe
from vitrine.runs import CatalogRun

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home")]

Ask = Callable[..., list[dict[str, Any]]]


async def convert(
    feed: Path, recipe: Recipe, to: Path, account: str = "sandbox", accept: tuple[str, ...] = ()
) -> CatalogRun:
    run = await run_flow(convert_catalog, str(feed), recipe, account, str(to), 2, accept)
    assert isinstance(run, CatalogRun)
    return run


async def test_a_failure_stays_with_its_product(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path, ask: Ask
) -> None:
    draw_photo(tmp_path / "jug.png")
    draw_photo(tmp_path / "bowl.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    feed = tmp_path / "mixed.csv"
    feed.write_text(
        "id,title,photo\njug,Jug,jug.png\nbroken,Broken,broken.png\nbowl,Bowl,bowl.png\njug,Twin,jug.png\n"
    )
    before, public, empty = sales(), tmp_path / "public", tmp_path / "empty"

    run = await convert(feed, quick, public)
    assert [(c.product_id, c.status) for c in run.conversions] == [
        ("jug", "published"),
        ("broken", "failed"),
        ("bowl", "published"),
    ]
    assert [finding.code for finding in run.findings] == ["ID_REPEATED"]
    assert sales() == before + 2
    pointer = json.loads((public / "catalog" / "current.json").read_text())
    catalogue = json.loads((public / pointer["manifest"]).read_text())
    assert [entry["id"] for entry in catalogue["products"]] == ["bowl", "jug"]
    assert catalogue["failed"] == ["broken"]
    assert run.page_url == (public / "index.html").as_uri()

    (flow_run,) = ask("flow_runs", flow_runs={"name": {"any_": [str(feed)]}})
    assert flow_run["state"]["type"] == "COMPLETED"
    assert flow_run["state"]["message"] == "2 of 3 products published, 1 line of the feed refused"
    of_run = {"flow_run_id": {"any_": [flow_run["id"]]}, "type": {"any_": ["table"]}}
    tables = {table["key"]: json.loads(table["data"]) for table in ask("artifacts", artifacts=of_run)}
    costs = {"bought": 2, "usd": "0.498", "used again": 0}
    assert tables["costs"] == [{"provider": name, **costs} for name in ("sandbox", "total")]
    rows = tables["catalog"]
    assert [(row["product"], row["status"], row["cost_usd"]) for row in rows] == [
        ("jug", "published", "0.249"),
        ("broken", "failed", "0"),
        ("bowl", "published", "0.249"),
    ]
    assert "broken.png" in rows[1]["error"]

    again = await convert(feed, quick, public)
    assert [c.status for c in again.conversions] == ["unchanged", "failed", "unchanged"]
    assert sales() == before + 2

    draw_photo(tmp_path / "broken.png")
    draw_photo(tmp_path / "bowl.png").write_bytes((tmp_path / "jug.png").read_bytes())
    only_failed = functools.partial(convert_catalog, only_failed=True)
    retried = await run_flow(only_failed, str(feed), quick, "sandbox", str(public))
    assert [c.status for c in retried.conversions] == ["unchanged", "published", "unchanged"]
    assert sales() == before + 3
    nothing = await run_flow(only_failed, str(feed), quick, "sandbox", str(empty))
    assert nothing.conversions == ()


async def test_a_shop_export_shares_models_and_says_which_photos_are_used(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path
) -> None:
    draw_photo(tmp_path / "pot.png")
    drawn = Image.open(tmp_path / "pot.png")
    on_white = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")
    soft = on_white.filter(ImageFilter.GaussianBlur(1))
    for name, quality in (("pot.jpg", 95), ("again.jpg", 88)):
        soft.save(tmp_path / name, quality=quality)
    (tmp_path / "gone.jpg").write_bytes(b"no photo")
    feed = tmp_path / "products_export.csv"
    feed.write_text(
        "Handle,Title,Variant SKU,Image Src,Image Position\n"
        "pot,Pot,P,pot.jpg,1\n"
        "pot-2026,Pot 2026,Q,gone.jpg,1\n"
        "pot-2026,,,again.jpg,2\n"
        "nothing,Nothing,N,,\n"
    )
    before = sales()
    run = await convert(feed, quick, tmp_path / "public")
    assert [(c.product_id, c.status) for c in run.conversions] == [
        ("pot", "published"),
        ("pot-2026", "published"),
    ]
    assert sales() == before + 1
    codes = {c.product_id: [found.code for found in c.findings] for c in run.conversions}
    assert not {"PHOTO_CHOSEN", "PHOTO_SHARED"} & {*codes["pot"]}
    assert {"PHOTO_CHOSEN", "PHOTO_SHARED"} <= {*codes["pot-2026"]}
    assert [found.code for found in run.findings] == ["PRODUCT_WITHOUT_PHOTO"]

    again = await convert(feed, quick, tmp_path / "public")
    assert [c.status for c in again.conversions] == ["unchanged", "unchanged"]
    assert sales() == before + 1


async def test_what_is_held_is_named_and_what_is_accepted_comes_out(
    quick: Recipe, sales: Callable[[], int], draw_photo: Callable[[Path], Path], tmp_path: Path, ask: Ask
) -> None:
    del sales
    for name in ("urn", "ewer"):
        draw_photo(tmp_path / f"{name}.png")
    feed = tmp_path / "doubtful.csv"
    feed.write_text("id,title,photo\nurn,Urn,urn.png\newer,Ewer,ewer.png\n")
    strict = quick.model_copy(update={"fidelity": FidelityOptions(min_silhouette_iou=1)})
    public = tmp_path / "public"
    run = await convert(feed, strict, public, accept=("ewer",))
    assert [(c.product_id, c.status) for c in run.conversions] == [("urn", "held"), ("ewer", "published")]
    pointer = json.loads((public / "catalog" / "current.json").read_text())
    catalogue = json.loads((public / pointer["manifest"]).read_text())
    assert [entry["id"] for entry in catalogue["products"]] == ["ewer"]
    assert (catalogue["held"], catalogue["failed"]) == (["urn"], [])
    (flow_run,) = ask("flow_runs", flow_runs={"name": {"any_": [str(feed)]}})
    assert flow_run["state"]["type"] == "COMPLETED"
    assert flow_run["state"]["message"] == "1 of 2 products published, 1 held for review"


async def test_the_run_fails_when_nothing_came_through(
    quick: Recipe, sales: Callable[[], int], tmp_path: Path, ask: Ask
) -> None:
    feed = tmp_path / "hopeless.csv"
    feed.write_text("id,title,photo\na,A,a.png\nb,B,b.png\n")
    before = sales()
    run = await convert(feed, quick, tmp_path / "public")
    assert run.count("failed") == 2
    assert run.page_url is None
    assert sales() == before
    (flow_run,) = ask("flow_runs", flow_runs={"name": {"any_": [str(feed)]}})
    assert (flow_run["state"]["type"], flow_run["state"]["message"]) == (
        "FAILED",
        "0 of 2 products published",
    )


@pytest.mark.usefixtures("prefect_server")
async def test_what_keeps_it_from_starting_is_raised(quick: Recipe, tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"nowhere\.csv"):
        await convert(tmp_path / "nowhere.csv", quick, tmp_path / "public")
    with pytest.raises(ConfigError, match="no account 'meshy'"):
        await convert(tmp_path / "nowhere.csv", quick, tmp_path / "public", account="meshy")
