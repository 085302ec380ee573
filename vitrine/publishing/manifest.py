"""What a release says: versioned JSON that any reader may rely on.

Readers ignore fields they do not know; a change that would mislead them gets a new number in `schema`.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from vitrine import __version__
from vitrine.errors import StorageError
from vitrine.models import Asset, Dimensions, Fidelity, FileMeasures, Finding
from vitrine.storage.keys import blob_key


class Published(BaseModel):
    """Frozen like every record, but lenient: a newer Vitrine may have written more fields."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True)

    def to_json(self) -> bytes:
        """Equal records give equal bytes: sorted keys, two spaces, UTF-8."""
        said = self.model_dump(mode="json", by_alias=True)
        return (json.dumps(said, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, where: str) -> Self:
        """Read one back. Raises `StorageError` naming `where` it lies and what is wrong with it."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "the JSON"
            raise StorageError(
                f"{where} is not readable: {field}: {first['msg']}. "
                "Another version of Vitrine, or another program, may have written it"
            ) from error


class Target(Published):
    """What a pointer may point at."""

    release: str
    manifest: str
    """Key of the release's manifest."""


class ReleaseFile(FileMeasures, Published):
    """One published file; `key` is relative to the bucket's root."""

    role: str
    key: str
    sha256: str
    size_bytes: int
    media_type: str


class ReleasedProduct(Published):
    """The product as a release manifest describes it."""

    id: str
    slug: str
    title: str
    dimensions: Dimensions | None = None
    category: str | None = None


class Provenance(Published):
    """Where a model comes from, and what it cost. Paths and URLs of photos stay private."""

    provider: str | None = None
    request_id: str | None = None
    order_key: str | None = None
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    cost_usd: Decimal | None = None
    photo_sha256: str | None = None
    made_with: str = ""


class ReleaseManifest(Published):
    """A product as released. `size_m` is the extent along x, y, z in metres."""

    schema_: Literal["vitrine.release/1"] = Field("vitrine.release/1", alias="schema")
    product: ReleasedProduct
    files: tuple[ReleaseFile, ...]
    findings: tuple[Finding, ...] = ()
    size_m: tuple[float, float, float] | None = None
    fidelity: Fidelity | None = None
    provenance: Provenance = Provenance()

    @property
    def id(self) -> str:
        """16 hex digits of the sha256 of everything but the cost: buying nothing changes nothing."""
        provenance = self.provenance.model_copy(update={"cost_usd": None})
        said = self.model_copy(update={"provenance": provenance}).to_json()
        return hashlib.sha256(said).hexdigest()[:16]

    @property
    def levels(self) -> tuple[ReleaseFile, ...]:
        """The web files, the most detailed first."""
        web = [file for file in self.files if file.role.startswith("web-lod")]
        return tuple(sorted(web, key=lambda file: int(file.role.removeprefix("web-lod"))))

    def file(self, role: str) -> ReleaseFile | None:
        return next((file for file in self.files if file.role == role), None)


def manifest_of(asset: Asset) -> ReleaseManifest:
    """The manifest under which an asset is released."""
    files = tuple(
        ReleaseFile(
            role=file.role,
            key=blob_key(file.blob),
            **file.blob.model_dump(),
            **file.model_dump(exclude={"role", "blob"}),
        )
        for file in asset.files
    )
    photo = next((file.sha256 for file in files if file.role == "photo"), None)
    product = asset.product
    return ReleaseManifest(
        product=ReleasedProduct(
            id=product.id,
            slug=product.slug,
            title=product.title or product.id,
            dimensions=product.dimensions,
            category=product.category,
        ),
        files=files,
        findings=asset.findings,
        size_m=asset.size_m,
        fidelity=asset.fidelity,
        provenance=Provenance(
            provider=asset.provider,
            request_id=asset.request_id,
            order_key=asset.order_key,
            settings=asset.settings,
            cost_usd=asset.cost_usd,
            photo_sha256=photo,
            made_with=asset.made_with or f"vitrine {__version__}",
        ),
    )
