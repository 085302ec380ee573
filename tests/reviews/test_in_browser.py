"""The review page in Chromium: shown, decided with the keyboard, nothing blocked."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from tests.conftest import Browse
from tests.fixtures.assets import asset_of
from vitrine.models import Product
from vitrine.reviews.app import create_app
from vitrine.reviews.desk import ReviewDesk
from vitrine.reviews.queue import ReviewItem
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore


def test_five_products_are_decided_with_the_keyboard(tmp_path: Path, serve_app: Any, browse: Browse) -> None:
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    desk = ReviewDesk(store, LocalBucket(tmp_path / "public"), "Ada")
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(file, "WEBP")
    sheet = store.put(file.getvalue(), "image/webp")
    for name in ("ewer", "jug", "mug", "pot", "urn"):
        product = Product(id=name, title=f"<i>{name}</i>", photos=("a.jpg",))
        asset = asset_of(store, b"m").model_copy(update={"product": product})
        item = ReviewItem(
            product=product, reasons=("a",), asset=asset, sheet=sheet, held_at=datetime.now(UTC), to="public"
        )
        desk.queue.hold(item)
    with serve_app(create_app(desk)) as url:
        page = browse(url)
        place = "document.getElementById('place').textContent"
        browse.until(page, f"{place} === '1 of 5, deciding as Ada'")
        assert page.inner_text("#title") == "<i>ewer</i>"
        browse.until(page, "document.getElementById('sheet').naturalWidth === 30")
        page.keyboard.press("ArrowRight")
        assert page.inner_text("#id") == "jug"
        page.keyboard.press("a")
        browse.until(page, f"{place} === '2 of 4, deciding as Ada'")
        assert page.inner_text("#id") == "mug"
        page.keyboard.press("r")
        browse.until(page, f"{place} === '2 of 3, deciding as Ada'")
        assert page.inner_text("#again") == "Another model costs about $0.25."
        page.keyboard.press("b")
        browse.until(page, f"{place} === '2 of 2, deciding as Ada'")
        assert page.inner_text("#said").startswith("pot: the next run buys its model anew, as attempt 2")
        page.click("text=turn by 180")
        browse.until(page, f"{place} === '1 of 1, deciding as Ada'")
        page.click("#approve")
        browse.until(page, "!document.getElementById('none').hidden")
    assert browse.errors == []
    published = sorted(path.name for path in (tmp_path / "public" / "products").iterdir())
    assert published == ["ewer", "jug"]
    assert desk.queue.for_next_run() == {"pot": "again", "urn": "turned"}
