"""From a photo's bytes to the square PNG that is bought a model for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vitrine.models import Finding
from vitrine.photos.crop import crop_subject, square_frame, to_png
from vitrine.photos.decode import decode
from vitrine.photos.lint import lint_photo
from vitrine.photos.matte import matte
from vitrine.recipe import PhotoOptions


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photo ready to be bought a model for, and what the lint says of it."""

    png: bytes
    """Square; RGBA, or RGB when `matte` is `none`."""
    width_px: int
    height_px: int
    matte: Literal["own", "backdrop", "none"]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops the product."""
        return tuple(f for f in self.findings if f.severity == "error")


def prepare_photo(data: bytes, source: str, options: PhotoOptions) -> Prepared:
    """Decode, matte, check and crop a photo. Equal bytes and options give equal PNGs.

    A photo that can be read but should not be bought a model for comes back with `errors`. Raises
    `PhotoError`, naming `source`, for bytes that are no usable picture.
    """
    decoded = decode(data, source, options)
    matted = matte(decoded.rgba, options)
    findings = lint_photo(decoded.rgba, matted, decoded.scale, options)
    shape = square_frame if matted.matte == "none" else crop_subject
    pixels = shape(matted.rgba, options)
    return Prepared(to_png(pixels), pixels.shape[1], pixels.shape[0], matted.matte, findings)
