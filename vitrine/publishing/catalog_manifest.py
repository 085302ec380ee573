"""What a catalogue release says: every product that is published, and where its page and poster are."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import Field

from vitrine.publishing.manifest import Published, ReleaseManifest, Target
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
    """Extent along x, y, z, where the true size is known."""
    triangles: int | None = None
    """Of the most detailed web file."""
    size_bytes: int | None = None
    """Of the smallest web file: what a page needs to show the product at all."""
    warnings: int = 0


class CatalogManifest(Published):
    """A catalogue as released."""

    schema_: Literal["vitrine.catalog/1"] = Field("vitrine.catalog/1", alias="schema")
    title: str
    products: tuple[CatalogEntry, ...]
    failed: tuple[str, ...] = ()
    """Ids of products that the run behind this release could not convert; an earlier release may be shown."""
    held: tuple[str, ...] = ()
    """Ids of products that it made and holds until a person has looked at them; the same."""

    @property
    def id(self) -> str:
        """16 hex digits of the sha256 of all of it."""
        return hashlib.sha256(self.to_json()).hexdigest()[:16]


def entry_of(manifest: ReleaseManifest, target: Target) -> CatalogEntry:
    """The catalogue's line about a released product, which `target` points at."""
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
        triangles=levels[0].triangles if levels else None,
        size_bytes=min((file.size_bytes for file in levels), default=None),
        warnings=sum(finding.severity != "info" for finding in manifest.findings),
    )
