"""The report of one conversion as Markdown: what a person wants to see first in Prefect's UI."""

from __future__ import annotations

import base64
import io
from urllib.parse import urlsplit

from PIL import Image

from vitrine.models import Asset, AssetFile, Fidelity, Finding, Product
from vitrine.runs import Conversion

THUMBNAIL_PX = 256
SHEET_BYTES = 90_000
"""A contact sheet may take so much of the report, which Prefect stores and sends as one text."""


def report_text(asset: Asset, conversion: Conversion, poster: bytes, sheet: bytes | None = None) -> str:
    """Poster, verdict, cost, contact sheet, findings and files of a product that is published, or held."""
    product, release = asset.product, conversion.release
    size = " × ".join(f"{100 * side:.1f}" for side in asset.size_m) + " cm" if asset.size_m else "unknown"
    verdict = f"**{conversion.status}** · {_cost(asset, conversion)} · size {size}"
    parts = [
        f"# {_plain(product.title or product.id)}",
        f"![poster]({_thumbnail(poster)})",
        f"{verdict} · release `{release.id}`" if release else verdict,
        f"Page: {_link(release.page_url)}" if release else _what_now(asset, conversion),
        _match(asset.fidelity),
        *([] if sheet is None else [f"![photo, model and levels of detail]({_small_enough(sheet)})"]),
        "## Files",
        _table(
            ("file", "triangles", "bytes", "texture px", "error", "error mm", "RMS %", "SSIM"),
            [_file(file) for file in asset.files],
        ),
        "## Findings",
        _table(
            ("", "code", "what", "measured", "limit"),
            [_finding(finding) for finding in asset.findings],
        )
        if asset.findings
        else "None.",
    ]
    return "\n\n".join(parts) + "\n"


def draft_text(product: Product, doubts: tuple[Finding, ...], poster: bytes, *, accepted: bool) -> str:
    """Poster and verdict of a draft; `accepted` by a person, whatever the doubts."""
    verdict = (
        "**held**: the final is not bought"
        if doubts and not accepted
        else "**approved**: the final is bought"
    )
    parts = [f"# Draft of {_plain(product.title or product.id)}", f"![draft]({_thumbnail(poster)})", verdict]
    if doubts:
        rows = [_finding(finding) for finding in doubts]
        parts.append(_table(("", "code", "what", "measured", "limit"), rows))
    return "\n\n".join(parts) + "\n"


def _what_now(asset: Asset, conversion: Conversion) -> str:
    """To a person who is asked to look at a held product."""
    return (
        f"{_plain(conversion.error or '')}. Nothing is published; everything made is kept. Compare the photo "
        "with the model: if it is good, run the same again with `--accept` (`vitrine catalog`: `--accept "
        f"{_plain(asset.product.id)}`; a deployment: its parameter `accept`), which buys nothing and "
        "publishes it. If not, take a better photo."
    )


def _link(url: str) -> str:
    return f"[{url}]({url})" if urlsplit(url).scheme.startswith("http") else f"`{url}`"


def _match(fidelity: Fidelity | None) -> str:
    if fidelity is None:
        return "Match with the photo: unknown, as it has no outline"
    return (
        f"Match with the photo: outline {fidelity.silhouette_iou:.3f} (IoU), colours "
        f"{fidelity.colour_delta_e:.1f} ΔE apart, seen from {fidelity.yaw_deg:.0f}° beside the front and "
        f"{fidelity.pitch_deg:.0f}° above"
    )


def _cost(asset: Asset, conversion: Conversion) -> str:
    provider = asset.provider or "unknown provider"
    if conversion.reused:
        return f"already bought from {provider}, nothing paid"
    return f"{conversion.spent_usd:.3f} USD at {provider}"


def _file(file: AssetFile) -> tuple[str, ...]:
    return (
        file.role,
        "" if file.triangles is None else f"{file.triangles:,}",
        f"{file.blob.size_bytes:,}",
        "" if file.texture_px is None else str(file.texture_px),
        "" if file.error is None else f"{file.error:.2%}",
        "" if file.error_m is None else f"{1000 * file.error_m:.2f}",
        "" if file.quality is None else f"{file.quality.rms_percent:.3f}",
        "" if file.quality is None else f"{file.quality.ssim:.3f}",
    )


def _finding(finding: Finding) -> tuple[str, ...]:
    numbers = ("" if n is None else f"{n:g}" for n in (finding.measured, finding.limit))
    return (finding.severity, f"`{finding.code}`", finding.message, *numbers)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(_plain(cell) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """Text that stays in its cell: a title or a message may hold anything."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _thumbnail(poster: bytes) -> str:
    """A small copy of the poster as a data URI, so that the report needs nothing beside it."""
    with Image.open(io.BytesIO(poster)) as image:
        small = image.convert("RGBA")
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    return _uri(_webp(small, 75))


def _small_enough(sheet: bytes) -> str:
    """A contact sheet as a data URI, encoded anew where it takes too much room."""
    with Image.open(io.BytesIO(sheet)) as image:
        picture = image.convert("RGB")
    for quality, share in ((75, 1.0), (50, 1.0), (50, 0.7), (40, 0.5)):
        if len(sheet) > SHEET_BYTES:
            size = round(share * picture.width), round(share * picture.height)
            sheet = _webp(picture.resize(size), quality)
    return _uri(sheet)


def _webp(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality)
    return out.getvalue()


def _uri(webp: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(webp).decode()
