"""The product's page as text: everything escaped, every link relative, data for search engines."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from vitrine.models import Finding
from vitrine.publishing.manifest import ReleaseManifest
from vitrine.publishing.pages.assets import PageAssets
from vitrine.publishing.pages.product import render_product_page

ASSETS = PageAssets("blobs/s.css", "blobs/p.js", "blobs/c.js", "blobs/viewer.js", "blobs/decoder.js")
TITLE = 'Ring "A&B" <img src=x onerror=alert(1)>'
VOID = {"meta", "link", "img", "input", "br"}


class Page(HTMLParser):
    """Tags with their attributes, and that they nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in {tag}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def test_the_viewer_is_given_what_it_needs(manifest: ReleaseManifest) -> None:
    page = Page(render_product_page(manifest, ASSETS, base="../../"))
    (viewer,) = page.all("model-viewer")
    assert viewer["src"] == f"../../{manifest.file('ar').key}", "what any AR app can read"
    assert viewer["poster"] == f"../../{manifest.file('poster').key}"
    assert viewer["data-decoder"] == "../../blobs/decoder.js"
    assert viewer["alt"] == f"3D model of {TITLE}"
    assert viewer["ar-scale"] == "fixed"
    choices = [tag for tag in page.all("input") if "data-kind" in tag]
    assert [(c["data-kind"], c["data-px"]) for c in choices] == [
        ("web", "2048"),
        ("web", "512"),
        ("web", "256"),
        ("ar", "64"),
    ]


def test_downloads_have_names_that_people_can_tell_apart(manifest: ReleaseManifest) -> None:
    usdz = manifest.file("ar").model_copy(update={"role": "usdz", "key": "blobs/u.usdz"})
    with_usdz = manifest.model_copy(update={"files": (*manifest.files, usdz)})
    page = Page(render_product_page(with_usdz, ASSETS, base="../../"))
    names = [link["download"] for link in page.all("a") if "download" in link]
    slug = manifest.product.slug
    assert names[0] == f"{slug}-web-lod0.glb"
    assert f"{slug}-ar.glb" in names
    assert f"{slug}.usdz" in names


def test_a_turntable_is_offered_and_not_loaded(manifest: ReleaseManifest) -> None:
    film = manifest.file("poster").model_copy(update={"role": "turntable", "key": "blobs/film.webp"})
    turning = manifest.model_copy(update={"files": (*manifest.files, film)})
    page = Page(render_product_page(turning, ASSETS, base="../../"))
    links = [link for link in page.all("a") if link["href"] == "../../blobs/film.webp"]
    assert [link["download"] for link in links] == [f"{manifest.product.slug}-turntable.webp"]
    assert [attrs for _, attrs in page.tags if "../../blobs/film.webp" in (attrs.get("src") or "")] == []


def test_every_link_is_relative(manifest: ReleaseManifest) -> None:
    page = Page(render_product_page(manifest, ASSETS, base="../../"))
    links = [
        v for _, attrs in page.tags for k, v in attrs.items() if k in ("src", "href", "poster", "data-viewer")
    ]
    assert len(links) > 12
    assert all(link.startswith("../../") or link == "data:," for link in links)


def test_nothing_of_a_product_becomes_markup(manifest: ReleaseManifest) -> None:
    html = render_product_page(manifest, ASSETS, base="../../")
    page = Page(html)
    assert all("onerror" not in attrs for _, attrs in page.tags)
    assert [attrs.get("type") for attrs in page.all("script")] == ["application/ld+json", "module"]
    assert "a &lt;b&gt;little&lt;/b&gt; blurred" in html


def test_search_engines_find_a_product_with_a_model(manifest: ReleaseManifest) -> None:
    html = render_product_page(manifest, ASSETS, base="../../")
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    said = json.loads(text)
    assert (said["@type"], said["sku"], said["name"]) == ("Product", "ring", TITLE)
    assert said["category"] == "Tori </script>"
    assert said["width"] == {"@type": "QuantitativeValue", "value": 30.0, "unitCode": "CMT"}
    assert "height" not in said, "the catalogue states the width alone: the rest is a guess"
    assert "depth" not in said
    assert "width 30\N{NO-BREAK SPACE}cm" in html
    assert "width × height × depth" not in html
    assert said["subjectOf"]["@type"] == "3DModel"
    first = said["subjectOf"]["encoding"][0]
    assert first["contentUrl"] == f"../../{manifest.file('ar').key}"
    assert first["encodingFormat"] == "model/gltf-binary"
    assert len(said["subjectOf"]["encoding"]) == 4


def test_without_a_vendored_viewer_google_hosts_it_and_the_plain_file_is_shown(
    manifest: ReleaseManifest,
) -> None:
    page = Page(render_product_page(manifest, replace(ASSETS, viewer=None, decoder=None), base="../../"))
    (viewer,) = page.all("model-viewer")
    assert re.fullmatch(
        r"https://ajax\.googleapis\.com/ajax/libs/model-viewer/[\d.]+/model-viewer\.min\.js",
        viewer["data-viewer"],
    )
    assert "data-decoder" not in viewer
    assert page.all("input") == []
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv"))
    assert "script-src 'self' 'wasm-unsafe-eval' https://ajax.googleapis.com;" in policy


def test_costs_and_order_keys_are_not_shown(manifest: ReleaseManifest) -> None:
    assert manifest.provenance.cost_usd is not None
    html = render_product_page(manifest, ASSETS, base="../../")
    assert "0.35" not in html
    assert "$" not in html


def test_errors_open_the_checks(manifest: ReleaseManifest) -> None:
    bad = Finding(code="x", severity="error", message="bad")
    pages = {
        found: Page(render_product_page(manifest.model_copy(update={"findings": found}), ASSETS, base=""))
        for found in ((), (bad,))
    }
    details = {found: page.all("details") for found, page in pages.items()}
    opened = {
        found: "open" in next(one for one in all_ if one["class"] == "findings")
        for found, all_ in details.items()
    }
    assert opened == {(): False, (bad,): True}


def test_a_product_without_files_still_has_a_page(manifest: ReleaseManifest) -> None:
    bare = manifest.model_copy(update={"files": (), "findings": (), "size_m": None})
    page = Page(render_product_page(bare, ASSETS, base="../../", catalog=False))
    assert page.all("model-viewer") == []
    assert page.all("a") == []
