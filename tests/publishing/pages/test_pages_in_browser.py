"""The pages in a real browser: models drawn, levels chosen, nothing complained about."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from vitrine.publishing.pages.assets import page_assets

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(page_assets().decoder is None, reason="no vendored viewer (`make setup` brings it)"),
]

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
VIEWER = "document.querySelector('model-viewer')"
RING_TITLE = 'Ring "A&B" <img src=x onerror=alert(1)>'
LOADED = f"{VIEWER}.loaded === true"
DRAWN = f"{VIEWER}.loaded && {VIEWER}.modelIsVisible"


def source(page) -> str:
    return page.evaluate(f"{VIEWER}.getAttribute('src')")


def level(page, index: int) -> str:
    """The source behind the radio button `index`: 0 is the most detailed, -1 the ar file."""
    values = page.eval_on_selector_all("input[data-kind]", "all => all.map(one => one.value)")
    return values[index]


def red_pixels(page) -> float:
    """How much of the stage the (red) model covers; the poster is blue."""
    png = page.locator(".stage").screenshot()
    keep(page)
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    return float(np.mean((red > 90) & (green < red / 2) & (blue < red / 2)))


def keep(page) -> None:
    """Leave a screenshot in `VITRINE_SCREENSHOTS`, for a person who wants to look."""
    if folder := os.environ.get("VITRINE_SCREENSHOTS"):
        test = os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].split(" ")[0]
        page.screenshot(path=Path(folder) / f"{test}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme", "best"), [(1000, "light", 0), (390, "dark", 1)])
def test_a_product_is_drawn_and_the_best_level_chosen(browse, shop, width, scheme, best) -> None:
    asked: list[str] = []
    page = browse("about:blank", width=width, height=600, color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{shop.url}/products/ring/")
    best = level(page, best)  # 512 texels are too few for a stage of 540 px, enough for one of 358
    browse.until(page, f"{DRAWN} && {VIEWER}.getAttribute('src') === '{best}'")
    assert 0.08 < red_pixels(page) < 0.6
    models = [url.rpartition("/")[2] for url in asked if url.endswith(".glb")]
    assert models == [level(page, 2).rpartition("/")[2], best.rpartition("/")[2]], (
        "lightest, then best, no other"
    )
    assert all(url.startswith((shop.url, "blob:", "data:")) for url in asked), "nothing from elsewhere"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling"
    assert page.locator("h1").inner_text() == RING_TITLE
    assert browse.errors == []


def test_a_chosen_level_replaces_the_other_without_flicker_in_the_same_view(browse, shop) -> None:
    page = browse(f"{shop.url}/products/ring/", width=390, height=600)
    browse.until(page, f"{DRAWN} && {VIEWER}.getAttribute('src') === '{level(page, 1)}'")
    page.evaluate(f"{VIEWER}.cameraOrbit = '100deg 40deg 110%'; {VIEWER}.jumpCameraToGoal()")
    browse.until(page, f"Math.abs({VIEWER}.getCameraOrbit().theta - 100 / 180 * Math.PI) < 0.001")
    waiting: list = []
    page.route(f"**/{level(page, 0).rpartition('/')[2]}", lambda route: waiting.append(route))
    page.locator("input[data-kind]").nth(0).check()
    while not waiting:
        page.wait_for_timeout(50)
    before = red_pixels(page)
    assert before > 0.08, "the model of before is still there"
    assert not page.evaluate(LOADED)
    waiting.pop().continue_()
    frames = [red_pixels(page) for _ in range(6)]
    browse.until(page, LOADED)
    page.wait_for_timeout(300)
    frames.append(red_pixels(page))
    assert min(frames) > 0.9 * before, f"flicker: {before}, then {frames}"
    orbit = page.evaluate(f"(({{theta, phi}}) => [theta, phi])({VIEWER}.getCameraOrbit())")
    assert np.degrees(orbit) == pytest.approx([100, 40], abs=0.1)
    assert source(page) == level(page, 0)
    assert browse.errors == []


def test_scene_viewer_is_only_ever_given_the_portable_file(browse, shop) -> None:
    page = browse(
        f"{shop.url}/products/ring/",
        width=390,
        height=600,
        user_agent=ANDROID,
        has_touch=True,
        is_mobile=True,
    )
    browse.until(page, DRAWN)
    page.wait_for_timeout(300)
    assert source(page) == level(page, -1)
    assert page.evaluate(f"{VIEWER}.canActivateAR")
    button, hint = page.locator("button.ar").bounding_box(), page.locator(".hint").bounding_box()
    assert hint["y"] + hint["height"] < button["y"], "the hint is not under the button"
    keep(page)
    page.locator("input[data-kind]").nth(2).check()
    browse.until(page, f"{LOADED} && {VIEWER}.getAttribute('src') === '{level(page, 2)}'")
    browse.until(page, f"!{VIEWER}.canActivateAR")
    assert not page.locator("button.ar").is_visible()
    page.locator('input[value="auto"]').check()
    browse.until(page, f"{VIEWER}.canActivateAR")
    assert source(page) == level(page, -1)
    assert browse.errors == []


def test_a_level_that_does_not_load_gives_way_to_the_portable_file(browse, shop) -> None:
    page = browse("about:blank", width=390, height=600)
    *web, _ = re.findall(r'value="([^"]+\.glb)"', httpx.get(f"{shop.url}/products/cafe/").text)
    for url in web:
        page.route(f"**/{url.rpartition('/')[2]}", lambda route: route.fulfill(status=404))
    page.goto(f"{shop.url}/products/cafe/")
    browse.until(page, f"{DRAWN} && {VIEWER}.getAttribute('src') === '{level(page, -1)}'")
    assert red_pixels(page) > 0.08
    assert page.locator(".stage > .trouble").is_hidden()


def test_without_the_viewer_the_page_says_so(browse, shop) -> None:
    page = browse("about:blank")
    (viewer,) = re.findall(r'data-viewer="([^"]+)"', httpx.get(f"{shop.url}/products/cafe/").text)
    page.route(f"**/{viewer.rpartition('/')[2]}", lambda route: route.abort())
    page.goto(f"{shop.url}/products/cafe/")
    browse.until(page, "!document.querySelector('.stage > .trouble').hidden")
    assert "could not be loaded" in page.locator(".stage > .trouble").inner_text()
    assert page.locator("details.downloads a").count() == 5


def test_the_catalogue_lists_searches_and_leads_to_the_products(browse, shop) -> None:
    page = browse(f"{shop.url}/")
    assert page.locator("h1").inner_text() == "The <Shop>"
    assert page.locator(".card .name").all_inner_texts() == ["Café table", RING_TITLE]
    browse.until(page, "[...document.images].every(image => image.complete && image.naturalWidth === 512)")
    page.get_by_label("Search").fill("CAFE tab")
    assert page.locator(".card:visible .name").all_inner_texts() == ["Café table"]
    assert page.locator("output").inner_text() == "1 product"
    page.get_by_label("Search").fill("cafe ring")
    assert page.locator(".card:visible").count() == 0
    assert page.get_by_text("Nothing matches").is_visible()
    page.goto(f"{shop.url}/?q=tori")
    assert page.locator(".card:visible .name").all_inner_texts() == [RING_TITLE]
    keep(page)
    page.locator(".card:visible a").click()
    page.wait_for_url("**/products/**")
    assert page.locator("h1").inner_text() == RING_TITLE
    page.get_by_role("link", name="All products").click()
    page.wait_for_url(lambda url: "/products/" not in url)
    browse.until(page, "document.querySelectorAll('.card').length === 2")
    assert browse.errors == []
