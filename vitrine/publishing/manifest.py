"""The manifest of a release, or of the folder that `vitrine optimize` writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import AwareDatetime, Field, JsonValue

from vitrine import __version__
from vitrine.models import Asset, AssetFile, Blob, Dimensions, Fidelity, FileRecord, Finding
from vitrine.models.verdict import DestinationVerdict
from vitrine.publishing.published import Published
from vitrine.storage.keys import blob_key


class ReleaseFile(FileRecord, Blob, Published):
    """One published file: its role and measures, its content, and its key."""

    key: str
    """Relative to the bucket's root; in a folder of `vitrine optimize`, to that folder."""

    @classmethod
    def publish(cls, file: AssetFile, key: str) -> Self:
        """Return the line of a manifest about an asset's file that is stored under `key`."""
        return cls(key=key, **file.blob.model_dump(), **file.model_dump(exclude={"blob"}))


class ReleasedProduct(Published):
    """What a manifest says about the product itself."""

    """The product as a release manifest describes it."""

    id: str
    slug: str
    title: str
    dimensions: Dimensions | None = None
    category: str | None = None


class Provenance(Published):
    """Where a model comes from and what it cost, all optional. Paths and URLs of photos stay private."""

    provider: str | None = None
    request_id: str | None = None
    order_key: str | None = None
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    cost_usd: Decimal | None = None
    photo_sha256: str | None = None
    made_with: str = ""


class Review(Published):
    """Who has approved a product that was held, and when."""

    by: str
    at: AwareDatetime


class ReleaseManifest(Published):
    """A product as released, or a model as optimized."""

    schema_: Literal["vitrine.release/1"] = Field("vitrine.release/1", alias="schema")
    product: ReleasedProduct
    files: tuple[ReleaseFile, ...]
    findings: tuple[Finding, ...] = ()
    size_m: tuple[float, float, float] | None = None
    """Extent along x, y, z in metres."""
    fidelity: Fidelity | None = None
    verdicts: tuple[DestinationVerdict, ...] = ()
    """Which shops and viewers accept its files"""
    provenance: Provenance = Provenance()
    review: Review | None = Field(default=None, exclude_if=lambda review: review is None)
    """`None` if no person had to approve it."""

    @property
    def id(self) -> str:
        """The content id without cost and review: a rerun that buys nothing gives the same release."""
        provenance = self.provenance.model_copy(update={"cost_usd": None})
        return self.model_copy(update={"provenance": provenance, "review": None}).content_id()

    @property
    def levels(self) -> tuple[ReleaseFile, ...]:
        """The levels of detail for the web, the most detailed first."""
        web = [file for file in self.files if file.role.startswith("web-lod")]
        return tuple(sorted(web, key=lambda file: int(file.role.removeprefix("web-lod"))))

    def file(self, role: str) -> ReleaseFile | None:
        """Return the file with this role, if there is one."""
        return next((file for file in self.files if file.role == role), None)


def manifest_of(asset: Asset, review: Review | None = None) -> ReleaseManifest:
    """Return the manifest under which an asset is released; `review` says who has approved a held one."""
    files = tuple(ReleaseFile.publish(file, blob_key(file.blob)) for file in asset.files)
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
        verdicts=asset.verdicts,
        review=review,
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
