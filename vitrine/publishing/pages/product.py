"""The page of one product: a 3D viewer, AR, downloads and findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vitrine.destinations.words import describe_missed
from vitrine.publishing.manifest import ReleaseFile, ReleaseManifest
from vitrine.publishing.pages.assets import HOSTED_VIEWER, PageAssets
from vitrine.publishing.pages.render import content_policy, render_page
from vitrine.publishing.shop_record import ShopRecord
from vitrine.storage.keys import EMBED_SCRIPT

DOWNLOADS = {
    "ar": "Plain GLB, for AR and every 3D program",
    "usdz": "USDZ, for iPhone and iPad",
    "poster": "Image",
    "turntable": "Turntable (animated WebP)",
}
"""Roles that are offered for download beside the levels of detail, and their captions."""

SEVERITIES = ("error", "warning", "info")


def render_product_page(
    manifest: ReleaseManifest,
    assets: PageAssets[str],
    *,
    base: str,
    catalog: bool = True,
    shops: Sequence[ShopRecord] = (),
    oembed: bool = False,
) -> str:
    """Return the HTML of a product.

    `base` is the relative URL of the bucket's root (`../../`), so that the page works under any host and
    prefix; with `catalog` it links to the catalogue, and to the `shops` that show it. `oembed` tells
    readers of the page that there is an oEmbed response. Without a meshopt decoder among the assets the page
    shows the AR file only.
    """
    levels = manifest.levels if assets.decoder else ()
    portable = manifest.file("ar")
    first = portable or (levels[0] if levels else None)
    return render_page(
        "product.html",
        product=manifest.product,
        levels=levels,
        portable=portable,
        first=first,
        usdz=manifest.file("usdz"),
        poster=manifest.file("poster"),
        photo=manifest.file("photo"),
        true_size=manifest.product.dimensions,
        findings=sorted(manifest.findings, key=lambda finding: SEVERITIES.index(finding.severity)),
        counts={s: sum(f.severity == s for f in manifest.findings) for s in SEVERITIES},
        downloads=_downloads(manifest),
        verdicts=[(verdict, describe_missed(verdict)) for verdict in manifest.verdicts],
        provenance=manifest.provenance,
        linked_data=linked_data(manifest, base),
        catalog=catalog,
        shops=[shop for shop in shops if shop.url and shop.url.startswith(("http://", "https://"))],
        oembed=oembed,
        embed_script=EMBED_SCRIPT,
        assets=assets,
        viewer=HOSTED_VIEWER if assets.viewer is None else base + assets.viewer,
        policy=content_policy(hosted_viewer=assets.viewer is None),
        base=base,
    )


def linked_data(manifest: ReleaseManifest, base: str) -> dict[str, Any]:
    """Return schema.org JSON-LD: a `Product` with a `3DModel` whose encodings are the files."""
    product = manifest.product
    poster, portable = manifest.file("poster"), manifest.file("ar")
    models = [file for file in (portable, manifest.file("usdz"), *manifest.levels) if file]
    fields: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": product.id,
        "name": product.title,
    }
    if product.category:
        fields["category"] = product.category
    if poster:
        fields["image"] = base + poster.key
    if product.dimensions:  # only what the catalogue states; the model's other sides are a guess
        for name, side in zip(("width", "height", "depth"), product.dimensions.metres, strict=True):
            if side is not None:
                value = float(f"{side * 100:.6g}")
                fields[name] = {"@type": "QuantitativeValue", "value": value, "unitCode": "CMT"}
    if models:
        fields["subjectOf"] = {
            "@type": "3DModel",
            "name": product.title,
            "encoding": [
                {
                    "@type": "MediaObject",
                    "contentUrl": base + file.key,
                    "encodingFormat": file.media_type,
                    "contentSize": str(file.size_bytes),
                }
                for file in models
            ],
        }
    return fields


def _downloads(manifest: ReleaseManifest) -> list[tuple[ReleaseFile, str, str]]:
    """Return (file, caption, file name to save as) for each download."""
    slug = manifest.product.slug
    offered = [(file, "Compressed GLB for the web (meshopt, WebP)") for file in manifest.levels]
    offered += [(file, what) for role, what in DOWNLOADS.items() if (file := manifest.file(role))]
    offered += [
        (file, f"For {verdict.name}")
        for verdict in manifest.verdicts
        if verdict.role == verdict.destination and (file := manifest.file(verdict.role))
    ]
    return [(file, what, _save_as(slug, file)) for file, what in offered]


def _save_as(slug: str, file: ReleaseFile) -> str:
    """Return `mug-web-lod0.glb`, and `mug.usdz` where the role is the format's name."""
    suffix = file.key.rpartition(".")[2]
    return f"{slug}.{suffix}" if file.role == suffix else f"{slug}-{file.role}.{suffix}"
