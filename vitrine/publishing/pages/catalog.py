"""The page of the catalogue: every product with its poster, and a search field."""

from __future__ import annotations

from vitrine.publishing.catalog_manifest import CatalogManifest
from vitrine.publishing.pages.assets import PageAssets
from vitrine.publishing.pages.render import content_policy, render_page


def render_catalog_page(manifest: CatalogManifest, assets: PageAssets[str], *, base: str) -> str:
    """Return the HTML of a catalogue; `base` is the relative URL of the bucket's root (empty at the root)."""
    return render_page(
        "catalog.html",
        title=manifest.title,
        products=manifest.products,
        assets=assets,
        policy=content_policy(hosted_viewer=False),
        base=base,
    )
