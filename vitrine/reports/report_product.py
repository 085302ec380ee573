"""Report one conversion as Markdown: what a person wants to see first in Prefect's UI."""

from __future__ import annotations

from vitrine.models import Asset, AssetFile, Fidelity, ShopListing
from vitrine.reports.data_uri import sheet_uri, thumbnail_uri
from vitrine.reports.markdown import escape, findings_table, link, table
from vitrine.reports.verdicts_table import verdicts_table
from vitrine.runs import Conversion

FILE_COLUMNS = ("file", "triangles", "bytes", "texture px", "error", "error mm", "RMS %", "SSIM")


def report_product(asset: Asset, conversion: Conversion, poster: bytes, sheet: bytes | None = None) -> str:
    """Report a published or held product: poster, status, cost, contact sheet, files and findings.

    `poster` and `sheet` (the contact sheet) are images; the report embeds both.
    """
    product, release = asset.product, conversion.release
    size = product.dimensions.text if product.dimensions else "not given"
    status = f"**{conversion.status}** · {_cost(asset, conversion)} · size {size}"
    parts = [
        f"# {escape(product.title or product.id)}",
        f"![poster]({thumbnail_uri(poster)})",
        f"{status} · release `{release.id}`" if release else status,
        f"Page: {link(release.page_url)}" if release else _next_step(asset, conversion),
        *([] if conversion.listing is None else [_in_shop(conversion.listing)]),
        _match(asset.fidelity),
        *([] if sheet is None else [f"![photo, model and levels of detail]({sheet_uri(sheet)})"]),
        "## Files",
        table(FILE_COLUMNS, [_file_row(file) for file in asset.files]),
        "## Destinations",
        verdicts_table(asset.verdicts),
        "## Findings",
        findings_table(asset.findings),
    ]
    return "\n\n".join(parts) + "\n"


def _in_shop(listing: ShopListing) -> str:
    where = link(listing.url) if listing.url else f"product `{escape(listing.shop_product)}`"
    said = "; ".join((listing.status, *listing.changes, *listing.warnings))
    return f"In the shop {escape(listing.shop)}: {where}, {escape(said)}"


def _next_step(asset: Asset, conversion: Conversion) -> str:
    """What a person does about a held product."""
    return (
        f"{escape(conversion.error or '')}. Vitrine has published nothing and kept all files. Compare the "
        f"photo with the model. If the model is good, `vitrine review {escape(asset.product.id)} --approve` "
        "publishes it and buys nothing (in a browser: `vitrine review --serve`; in a deployment: its "
        "parameter `accept`). If not, take a better photo."
    )


def _match(fidelity: Fidelity | None) -> str:
    if fidelity is None:
        return "Match with the photo: unknown, because the photo has no outline"
    return (
        f"Match with the photo: outline {fidelity.silhouette_iou:.3f} (IoU), colour difference "
        f"{fidelity.colour_delta_e:.1f} ΔE, seen from {fidelity.yaw_deg:.0f}° beside the front and "
        f"{fidelity.pitch_deg:.0f}° above"
    )


def _cost(asset: Asset, conversion: Conversion) -> str:
    provider = asset.provider or "unknown provider"
    if conversion.reused:
        return f"already bought from {provider}, nothing paid"
    return f"{conversion.spent_usd:.3f} USD at {provider}"


def _file_row(file: AssetFile) -> tuple[str, ...]:
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
