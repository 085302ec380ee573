"""The report of one conversion as Markdown: what a person wants to see first in Prefect's UI."""

from __future__ import annotations

import base64
import io
from urllib.parse import urlsplit

from PIL import Image

from vitrine.models import Asset, AssetFile, Conversion, Finding, Product

THUMBNAIL_PX = 256


def report_text(asset: Asset, conversion: Conversion, poster: bytes) -> str:
    """Poster, verdict, cost, findings and files of a published product."""
    release = conversion.release
    assert release is not None
    product = asset.product
    where = release.page_url
    link = f"[{where}]({where})" if urlsplit(where).scheme.startswith("http") else f"`{where}`"
    size = " × ".join(f"{100 * side:.1f}" for side in asset.size_m) + " cm" if asset.size_m else "unknown"
    parts = [
        f"# {_plain(product.title or product.id)}",
        f"![poster]({_thumbnail(poster)})",
        f"**{conversion.status}** · {_cost(asset, conversion)} · size {size} · release `{release.id}`",
        f"Page: {link}",
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


def draft_text(product: Product, doubts: tuple[Finding, ...], poster: bytes) -> str:
    """Poster and verdict of a draft."""
    verdict = "**held**: the final is not bought" if doubts else "**approved**: the final is bought"
    parts = [f"# Draft of {_plain(product.title or product.id)}", f"![draft]({_thumbnail(poster)})", verdict]
    if doubts:
        rows = [_finding(finding) for finding in doubts]
        parts.append(_table(("", "code", "what", "measured", "limit"), rows))
    return "\n\n".join(parts) + "\n"


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
    out = io.BytesIO()
    small.save(out, "WEBP", quality=75)
    return "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()
