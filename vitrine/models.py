"""The frozen records that tasks pass to each other.

Tasks pass `Blob`s (names of contents in the work store), never bytes. `Recipe` lives in `vitrine.recipe`.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, model_validator

from vitrine.errors import StorageError
from vitrine.record import Record

Severity = Literal["error", "warning", "info"]

METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0, "in": 0.0254, "ft": 0.3048}

SUFFIXES = {
    "model/gltf-binary": ".glb",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/*": ".photo",
    "application/json": ".json",
    "model/vnd.usdz+zip": ".usdz",
    "text/css; charset=utf-8": ".css",
    "text/html; charset=utf-8": ".html",
    "text/javascript; charset=utf-8": ".js",
}


class Finding(Record):
    """One result of a check, as data. `vitrine.findings` lists the codes."""

    code: str
    severity: Severity
    message: str
    pointer: str = ""
    """Position: a JSON pointer into a glTF, `file:line` of a feed, or empty."""
    measured: float | None = None
    limit: float | None = None


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Blob(Record):
    """The name of some content, its SHA-256; equal contents have equal blobs."""

    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]
    media_type: str

    @classmethod
    def of(cls, data: bytes | Path, media_type: str) -> Blob:
        """Hash contents, given as bytes or as a file. Raises `StorageError` for an unreadable file."""
        if isinstance(data, bytes):
            return cls(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), media_type=media_type)
        try:
            with data.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(sha256=sha256, size_bytes=data.stat().st_size, media_type=media_type)
        except OSError as error:
            raise StorageError(f"{data}: {error.strerror or error}") from error

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self.media_type, ".bin")

    @property
    def name(self) -> str:
        """`<sha256><suffix>`: the last part of its key in every bucket."""
        return self.sha256 + self.suffix


class Dimensions(Record):
    """True size of a product as its catalogue states it; one of the three suffices.

    Seen from the front: `width` runs along x, `height` along y, `length` (depth) along z.
    """

    length: Annotated[float, Field(gt=0)] | None = None
    width: Annotated[float, Field(gt=0)] | None = None
    height: Annotated[float, Field(gt=0)] | None = None
    unit: Literal["mm", "cm", "m", "in", "ft"] = "m"

    @model_validator(mode="after")
    def _has_a_dimension(self) -> Dimensions:
        if self.length is None and self.width is None and self.height is None:
            raise ValueError("dimensions need at least one of length, width, height")
        return self

    @property
    def metres(self) -> tuple[float | None, float | None, float | None]:
        """(x, y, z) = (width, height, length) in metres, `None` where unknown."""
        scale = METRES[self.unit]
        sides = (self.width, self.height, self.length)
        x, y, z = (None if side is None else float(f"{side * scale:.12g}") for side in sides)
        return x, y, z

    @property
    def complete(self) -> bool:
        """Whether all three are known."""
        return None not in (self.length, self.width, self.height)

    @property
    def text(self) -> str:
        """`24 × 31.5 × 24 cm`: width, height, depth, with no-break spaces; below 10 cm in millimetres.

        Where the catalogue states only some of the three, they are named: `height 9.6 cm`.
        """
        names = ("width", "height", "depth")
        sides = {name: side for name, side in zip(names, self.metres, strict=True) if side is not None}
        unit, scale = ("cm", 100.0) if max(sides.values()) >= 0.1 else ("mm", 1000.0)
        shown = {name: f"{round(side * scale, 1):,g}" for name, side in sides.items()}
        if self.complete:
            return f"{' × '.join(shown.values())} {unit}".replace(" ", "\N{NO-BREAK SPACE}")
        return ", ".join(f"{name} {side}\N{NO-BREAK SPACE}{unit}" for name, side in shown.items())


def slug_of(product_id: str) -> str:
    """Return an id as part of keys and file names, `[a-z0-9][a-z0-9_-]*`; different ids differ in it."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", product_id.lower()).strip("-_")
    if plain == product_id:
        return plain
    return f"{plain[:80] or 'product'}-{hashlib.sha256(product_id.encode()).hexdigest()[:8]}"


class Product(Record):
    """A product of a shop, and its photos."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    title: str = ""
    photos: Annotated[tuple[str, ...], Field(min_length=1)]
    """Paths, http(s) URLs or s3 URLs; the first one is converted."""
    dimensions: Dimensions | None = None
    category: str | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The id as part of keys and file names; see `slug_of`."""
        return slug_of(self.id)


class PhotoIdentity(Record):
    """What a photo is known by when a model is bought for it.

    The bytes of the prepared PNG are no part of it: another zlib, Pillow or version of Vitrine writes others
    for the same photo.
    """

    blob: Blob
    """The prepared image, as it is sent."""
    source_sha256: Sha256
    """Of the photo's bytes as they were fetched."""
    options: dict[str, JsonValue] = Field(default_factory=dict)
    """The options of preparation that are not the defaults."""
    pixels_sha256: Sha256
    """Of the prepared pixels: see `vitrine.photos.pixels.pixels_sha256`."""

    @classmethod
    def of(cls, blob: Blob) -> PhotoIdentity:
        """Return the identity of an image that is sent as it is, without preparation."""
        return cls(blob=blob, source_sha256=blob.sha256, pixels_sha256=blob.sha256)


class PreparedPhoto(Record):
    """A photo that a model can be bought for: a square PNG in the work store, and the findings of its check.

    The PNG is RGBA, or RGB when `matte` is `none`.
    """

    source: str
    identity: PhotoIdentity
    width_px: int
    height_px: int
    matte: Literal["own", "backdrop", "none"]
    """Source of the alpha channel: the photo, a removed backdrop, or none (the provider removes it)."""
    findings: tuple[Finding, ...] = ()

    @property
    def blob(self) -> Blob:
        """The prepared PNG."""
        return self.identity.blob

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid a purchase."""
        return tuple(f for f in self.findings if f.severity == "error")


class Job(Record):
    """The receipt of an accepted order: with it, any process can poll the job and fetch its model."""

    key: str
    provider: str
    request_id: str
    poll_url: str | None = None
    price_usd: Decimal | None = None
    submitted_at: datetime
    reused: bool = False
    """Whether the ledger already had this purchase, so that nothing was bought now."""


class Delivery(Record):
    """A paid model in the work store, its final price, and where it falls short of its order."""

    raw: Blob
    price_usd: Decimal
    findings: tuple[Finding, ...] = ()


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
    """`web-lod0` … `web-lodN`, `ar`, `poster`, `turntable`, `contact-sheet`, `photo`."""
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
    provider: str | None = None
    request_id: str | None = None
    order_key: str | None = None
    cost_usd: Decimal | None = None
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    made_with: str = ""

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
