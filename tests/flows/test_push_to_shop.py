"""A run whose recipe names a shop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw

from flows.convert_product import convert_product
from flows.outcome import run_flow
from vitrine.models import Product
from vitrine.recipe import Recipe
from vitrine.sandbox.shops import ShopSettings, create_app
from vitrine.sandbox.shops.settings import ShopFault, ShopProduct

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home", "prefect_server")]


async def test_a_push_that_fails_leaves_the_release_and_the_next_run_pushes(
    sales: Callable[[], int],
    quick: Recipe,
    tmp_path: Path,
    serve_app: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = Image.new("RGB", (600, 600), "white")
    ImageDraw.Draw(photo).rounded_rectangle((150, 120, 450, 480), 60, fill="#a03020")
    photo.save(tmp_path / "mug.png")
    product = Product(id="mug", title="Mug", photos=(str(tmp_path / "mug.png"),))
    settings = ShopSettings(
        products=(ShopProduct(handle="mug", title="Mug"),),
        processing_s=0,
        faults=(ShopFault(kind="http", on="productByIdentifier", status=403),),
    )
    recipe = quick.model_copy(update={"shop": "shopify"})
    with serve_app(create_app(settings)) as url:
        for name, value in {"SHOP": "demo", "ACCESS_TOKEN": "shpat_demo", "BASE_URL": url}.items():
            monkeypatch.setenv(f"SHOPIFY_{name}", value)
        to = str(tmp_path / "public")
        before = sales()
        first = await run_flow(convert_product, product, recipe, "sandbox", to, True)
        assert first.status == "failed"
        assert "published, and not in the shop" in first.error
        assert first.release is not None
        again = await run_flow(convert_product, product, recipe, "sandbox", to, True)
        assert again.status == "unchanged"
        assert again.listing.status == "attached"
        assert sales() == before + 1
        media = httpx.get(f"{url}/sandbox/shop").json()["products"]["mug"]["media"]
    assert [one["filename"] for one in media] == [f"mug-vitrine-{first.release.id}.glb"]
