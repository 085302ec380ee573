"""A prepared photo, and what it is known by."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from vitrine.models.blob import Blob, Sha256
from vitrine.models.finding import Finding
from vitrine.record import Record


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
    """The options of preparation that are not the defaults, without those of the learned matte."""
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
    matte: Literal["own", "backdrop", "learned", "none"]
    """Source of the alpha channel: the photo, a removed backdrop, a salient-object model, or none (the
    provider removes it)."""
    cut: Blob | None = None
    """A cut-out PNG that is not sent, but that the model is compared with; only when `matte` is `none`."""
    findings: tuple[Finding, ...] = ()
    perceptual_hash: str = ""
    """Of the photo as it was decoded, 16 hex digits: see `vitrine.photos.look_alike`."""

    @property
    def blob(self) -> Blob:
        """The prepared PNG."""
        return self.identity.blob

    @property
    def judge(self) -> Blob:
        """The PNG that the model is compared with."""
        return self.cut or self.blob

    @property
    def holds(self) -> tuple[Finding, ...]:
        """The errors that a person may overrule after a look at the photo."""
        return tuple(f for f in self.errors if f.code == "OBJECT_UNCLEAR")

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The errors that are left when a person has accepted the photo."""
        return tuple(f for f in self.errors if f.code != "OBJECT_UNCLEAR")

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid a purchase."""
        return tuple(f for f in self.findings if f.severity == "error")
