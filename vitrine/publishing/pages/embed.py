"""The embed of a product: a page for an iframe, its oEmbed response, and the script of the custom element."""

from __future__ import annotations

import json
from html import escape

from vitrine.publishing.manifest import ReleaseManifest
from vitrine.publishing.pages.assets import HERE, HOSTED_VIEWER, PageAssets
from vitrine.publishing.pages.render import content_policy, render_page

WIDTH, HEIGHT = 640, 480
"""The size of an iframe that names none."""


def render_embed_page(manifest: ReleaseManifest, assets: PageAssets[str], *, base: str) -> str:
    """Return the HTML that other sites show in an iframe: the viewer and nothing else."""
    return render_page(
        "embed.html",
        product=manifest.product,
        model=manifest.file("ar"),
        usdz=manifest.file("usdz"),
        poster=manifest.file("poster"),
        assets=assets,
        viewer=HOSTED_VIEWER if assets.viewer is None else base + assets.viewer,
        policy=content_policy(hosted_viewer=assets.viewer is None),
        base=base,
    )


def iframe(embed_url: str, title: str) -> str:
    """Return the iframe of an embed page."""
    return (
        f'<iframe src="{escape(embed_url)}" title="{escape(title)}, 3D model" width="{WIDTH}" '
        f'height="{HEIGHT}" loading="lazy" '
        'frameborder="0" allow="xr-spatial-tracking; fullscreen"></iframe>'
    )


def embed_script(viewer: str | None) -> bytes:
    """Return the script of the custom element, with the key (or the URL) of model-viewer."""
    script = (HERE / "static" / "embed.js").read_bytes()
    return f"const VIEWER = {json.dumps(viewer or HOSTED_VIEWER)};\n".encode() + script


def oembed(manifest: ReleaseManifest, *, embed_url: str, poster_url: str | None) -> str:
    """Return the oEmbed 1.0 response of type `rich` (https://oembed.com) as JSON."""
    title = manifest.product.title
    fields: dict[str, object] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Vitrine",
        "width": WIDTH,
        "height": HEIGHT,
        "html": iframe(embed_url, title),
    }
    poster = manifest.file("poster")
    if poster_url and poster and poster.texture_px:  # the three go together, or not at all
        side = poster.texture_px
        fields |= {"thumbnail_url": poster_url, "thumbnail_width": side, "thumbnail_height": side}
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
