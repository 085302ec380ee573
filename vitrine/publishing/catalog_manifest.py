"""The manifest of a catalogue: every published product, with the keys of its page and poster."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitrine.models import Dimensions, Inputs
from vitrine.publishing.manifest import ReleaseManifest
from vitrine.publishing.published import Published, Target
from vitrine.storage.keys import page_key


class CatalogEntry(Published):
    """One product of a catalogue; keys are relative to the bucket's root."""

    id: str
    slug: str
    title: str
    category: str | None = None
    release: str
    manifest: str
    page: str
    poster: str | None = None
    size_m: tuple[float, float, float] | None = None
    """Extent of the model along x, y, z in metres, where it was scaled to a true size."""
    dimensions: Dimensions | None = None
    """What the catalogue states; its other sides are not known."""
    triangles: int | None = None
    """Of the most detailed web file."""
    size_bytes: int | None = None
    """Of the smallest web file, the least that a page loads to show the product."""
    release_bytes: int | None = None
    """Of all files of the release."""
    warnings: int = 0
    inputs: Inputs | None = None
    """What the product was made from, where that is known."""
    pointer_etag: str | None = None
    """ETag of the product's pointer when this entry was made: while it stays, so does the entry."""


class CatalogManifest(Published):
    """A catalogue as released."""

    schema_: Literal["vitrine.catalog/1"] = Field("vitrine.catalog/1", alias="schema")
    title: str
    products: tuple[CatalogEntry, ...]
    failed: tuple[str, ...] = ()
    """Ids of products that the run could not convert; an earlier release of them may be listed."""
    held: tuple[str, ...] = ()
    """Ids of products that wait for review; an earlier release of them may be listed."""
    held_inputs: dict[str, Inputs] = Field(default_factory=dict)
    """What the held products were made from."""
    details: dict[str, dict[str, str]] = Field(default_factory=dict)
    """The hashes behind the `recipe` and the `code` of inputs; see `vitrine.models.inputs.Details`."""

    @property
    def id(self) -> str:
        """The id of this release of the catalogue."""
        return self.content_id()


def entry_of(manifest: ReleaseManifest, target: Target, pointer_etag: str | None = None) -> CatalogEntry:
    """Return the catalogue's entry about a released product, which `target`, a pointer, names."""
    product, levels, poster = manifest.product, manifest.levels, manifest.file("poster")
    return CatalogEntry(
        id=product.id,
        slug=product.slug,
        title=product.title,
        category=product.category,
        release=target.release,
        manifest=target.manifest,
        page=page_key(product.slug),
        poster=poster.key if poster else None,
        size_m=manifest.size_m if product.dimensions else None,
        dimensions=product.dimensions,
        triangles=levels[0].triangles if levels else None,
        size_bytes=min((file.size_bytes for file in levels), default=None),
        release_bytes=sum(file.size_bytes for file in manifest.files),
        inputs=target.inputs,
        pointer_etag=pointer_etag,
        warnings=sum(finding.severity != "info" for finding in manifest.findings),
    )
