"""The page of the catalogue: every product with its poster, and a search box."""

from __future__ import annotations

from vitrine.publishing.catalog_manifest import CatalogManifest
from vitrine.publishing.pages.assets import SiteAssets
from vitrine.publishing.pages.render import content_policy, render_page


def catalog_page(manifest: CatalogManifest, assets: SiteAssets[str], *, base: str) -> str:
    """HTML of a released catalogue; `base` leads from the page to the bucket's root (empty at the root)."""
    return render_page(
        "catalog.html",
        title=manifest.title,
        products=manifest.products,
        assets=assets,
        policy=content_policy(hosted_viewer=False),
        base=base,
    )
