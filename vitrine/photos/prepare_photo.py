"""From a photo's bytes to the square PNG that a provider makes a model from."""

from __future__ import annotations

import hashlib

from vitrine.fetching.hidden import hide
from vitrine.models import Blob, Finding, PhotoIdentity, PreparedPhoto
from vitrine.photos.crop import crop_subject, square_frame, to_png
from vitrine.photos.decoding.decode import decode
from vitrine.photos.findings import photo_finding
from vitrine.photos.lint import lint_photo
from vitrine.photos.matting.matte import matte
from vitrine.photos.pixels import pixels_sha256
from vitrine.recipe import PhotoOptions


def prepare_photo(data: bytes, source: str, options: PhotoOptions) -> tuple[bytes, PreparedPhoto]:
    """Decode, matte, check and crop a photo; equal bytes and options give equal PNGs.

    Returns the PNG and its record. A photo that can be read, but that no model should be bought for, comes
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
    return png, PreparedPhoto(
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
        findings=tuple(_accepted(f) if f.code in options.accept else f for f in findings),
    )


def _blank_frame(found: Finding, frames: int) -> Finding:
    """Say of an animation whose first frame is blank that it is one."""
    blank = found.code in ("NOTHING_THERE", "MATTE_EMPTY")
    return photo_finding("FRAME_BLANK", measured=frames, limit=1) if blank else found


def _accepted(found: Finding) -> Finding:
    return found.model_copy(update={"severity": "warning"}) if found.severity == "error" else found
