"""A converted product: its files, what was measured of them, and its release."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import Field, JsonValue

from vitrine.models.blob import Blob
from vitrine.models.finding import Finding
from vitrine.models.inputs import Inputs
from vitrine.models.product import Product
from vitrine.models.verdict import DestinationVerdict
from vitrine.record import Record


class Quality(Record):
    """A level of detail against its source, measured; see `vitrine.render.metrics.certificate`."""

    rms_percent: float
    """Distance from the source's surface to the level's, in percent of the bounding box's diagonal."""
    max_percent: float
    silhouette_iou: float
    """Of the worst of twelve viewpoints."""
    ssim: float
    """Mean over the viewpoints, as the next two."""
    psnr_db: float
    normal_deg: float


class Fidelity(Record):
    """The viewpoint from which a model matches its photo best; see `vitrine.render.metrics.photo_match`."""

    yaw_deg: float
    """0 when the photo shows the model's front (+Z), -180…180."""
    pitch_deg: float
    fov_deg: float
    """Field of view of the photo's lens, 0 for orthographic."""
    silhouette_iou: float
    """Of the silhouettes, both scaled to the same longest side."""
    colour_delta_e: float
    """Mean CIE 1976 difference of blurred colours where the silhouettes overlap; 2.3 is just noticeable."""


class FileRecord(Record):
    """Role and measures of a file; `None` where a measure does not apply to its kind."""

    role: str
    """`web-lod0` … `web-lodN`, `ar`, `usdz`, `poster`, `turntable`, `contact-sheet`, `photo`."""
    triangles: int | None = None
    vertices: int | None = None
    error: float | None = None
    """Simplification error as meshoptimizer reports it, relative to the model's largest extent."""
    error_m: float | None = None
    """The same in metres, once the model has its true size."""
    texture_px: int | None = None
    """Longest side of the largest texture, or of the image."""
    quality: Quality | None = None
    """For levels of detail that were certified."""

    def file_fields(self) -> dict[str, Any]:
        """Return the fields of this class alone, for another record of the same file."""
        return {name: getattr(self, name) for name in FileRecord.model_fields}


class AssetFile(FileRecord):
    """One file of an asset, with the name of its content in the work store."""

    blob: Blob


class Asset(Record):
    """A converted product: its files, findings and provenance."""

    product: Product
    files: tuple[AssetFile, ...]
    findings: tuple[Finding, ...] = ()
    size_m: tuple[float, float, float] | None = None
    """Extent of the model along x, y, z in metres."""
    fidelity: Fidelity | None = None
    """How well the model matches its photo; `None` where the photo has no silhouette."""
    verdicts: tuple[DestinationVerdict, ...] = ()
    """Which shops and viewers accept its files"""
    provider: str | None = None
    request_id: str | None = None
    order_key: str | None = None
    cost_usd: Decimal | None = None
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    made_with: str = ""
    inputs: Inputs | None = None
    """What the product was made from; no part of its release, as other inputs may make the same files."""

    def file(self, role: str) -> AssetFile:
        """Return the file with this role. Raises `KeyError`, which names the roles there are."""
        for file in self.files:
            if file.role == role:
                return file
        raise KeyError(f"no {role!r} among {[f.role for f in self.files]}")


class Release(Record):
    """A published asset: immutable, and current through its pointer."""

    id: str
    product_id: str
    manifest_key: str
    pointer_key: str
    page_key: str
    page_url: str
    unchanged: bool = False
    """Whether exactly this release was current already."""
    uploaded_bytes: int = 0
