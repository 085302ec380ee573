"""From a photo's bytes to the square PNG that a provider makes a model from."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from vitrine.fetching.hidden import hide
from vitrine.models import Blob, Finding, PhotoIdentity, PreparedPhoto
from vitrine.photos.crop import crop_subject, square_frame, to_png
from vitrine.photos.decoding.decode import decode
from vitrine.photos.findings import photo_finding
from vitrine.photos.lint import as_warning, lint_photo
from vitrine.photos.look_alike import perceptual_hash
from vitrine.photos.matting.matte import matte
from vitrine.photos.pixels import pixels_sha256
from vitrine.recipe import PhotoOptions


class Preparation(NamedTuple):
    """What is made of a photo."""

    png: bytes
    """The square that is sent."""
    photo: PreparedPhoto
    cut: bytes | None
    """The PNG of `photo.cut`, if it has one."""

    @property
    def judge(self) -> bytes:
        """The PNG that a model is compared with."""
        return self.cut or self.png


def prepare_photo(data: bytes, source: str, options: PhotoOptions) -> Preparation:
    """Decode, matte, check and crop a photo; equal bytes, options and matte models give equal PNGs.

    A photo that can be read, but that no model should be bought for, comes
    back with `errors`; those that `options.accept` names become warnings. Raises `PhotoError`, naming
    `source`, for bytes that are no usable image.
    """
    source = hide(source)
    decoded = decode(data, source, options)
    matted = matte(decoded.rgba, options)
    findings = (*decoded.findings, *lint_photo(decoded.rgba, matted, decoded.scale, options))
    if decoded.frames > 1:
        findings = tuple(_blank_frame(f, decoded.frames) for f in findings)
    square = square_frame if matted.matte == "none" else crop_subject
    pixels = square(matted.rgba, options)
    png = to_png(pixels)
    cut = None if matted.cut is None else to_png(crop_subject(matted.cut, options))
    photo = PreparedPhoto(
        source=source,
        identity=PhotoIdentity(
            blob=Blob.of(png, "image/png"),
            source_sha256=hashlib.sha256(data).hexdigest(),
            options=options.identity(),
            pixels_sha256=pixels_sha256(pixels),
        ),
        width_px=pixels.shape[1],
        height_px=pixels.shape[0],
        matte=matted.matte,
        cut=None if cut is None else Blob.of(cut, "image/png"),
        perceptual_hash=perceptual_hash(decoded.rgba),
        findings=tuple(as_warning(f) if f.code in options.accept else f for f in findings),
    )
    return Preparation(png, photo, cut)


def _blank_frame(found: Finding, frames: int) -> Finding:
    """Say of an animation whose first frame is blank that it is one."""
    blank = found.code in ("NOTHING_THERE", "MATTE_EMPTY")
    return photo_finding("FRAME_BLANK", measured=frames, limit=1) if blank else found
