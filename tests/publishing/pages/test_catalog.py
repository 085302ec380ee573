"""The catalogue's page as text; the browser tests see the rest."""

from __future__ import annotations

from vitrine.publishing.catalog_manifest import CatalogEntry, CatalogManifest
from vitrine.publishing.pages.assets import PageAssets
from vitrine.publishing.pages.catalog import render_catalog_page

ASSETS = PageAssets("blobs/s.css", "blobs/p.js", "blobs/c.js", None, None)


def test_titles_are_escaped_and_unknown_sizes_left_out() -> None:
    entry = CatalogEntry(
        id="a", slug="a", title='<b>"A"</b>', release="r", manifest="m", page="products/a/index.html"
    )
    html = render_catalog_page(CatalogManifest(title="T & Co", products=(entry,)), ASSETS, base="")
    assert "<title>T &amp; Co</title>" in html
    assert '<span class="name">&lt;b&gt;&#34;A&#34;&lt;/b&gt;</span>' in html
    assert '<span class="note"></span>' in html
    assert 'href="products/a/index.html"' in html
    assert "1 product<" in html
    assert "<img" not in html


def test_a_catalogue_of_nothing() -> None:
    html = render_catalog_page(CatalogManifest(title="T", products=()), ASSETS, base="")
    assert "No products yet" in html
    assert "0 products" in html
