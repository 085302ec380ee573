"""PNG, JPEG, WebP and AVIF: encoded bytes <-> pixels, by Pillow.

Pixels are (h, w, 3) RGB or (h, w, 4) RGBA uint8, as encoded: no colour space is applied.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Literal

import numpy as np
from PIL import AvifImagePlugin, Image, WebPImagePlugin  # noqa: F401 or Pillow loads all it has to find them

from vitrine.arrays import Bytes, Pixels
from vitrine.errors import ModelError

Kind = Literal["color", "data", "normal"]
"""What a texture's texels mean: sRGB colour, linear numbers, or tangent-space normals."""
MAX_PIXELS = 16384 * 16384
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"WEBP", 8, "image/webp"),
    (b"\xabKTX 20\xbb\r\n\x1a\n", 0, "image/ktx2"),
    (b"ftypavif", 4, "image/avif"),
)


def sniff_media_type(data: bytes) -> str | None:
    """The media type of an encoded image, from its first bytes; `None` for any other file."""
    for signature, offset, media_type in SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return media_type
    return None


def decode_image(data: bytes, media_type: str) -> Pixels:
    """Decode an image to (h, w, 3) uint8 or, where it has an alpha channel, to (h, w, 4) uint8.

    Raises `ModelError` for KTX2 and for an image that does not decode.
    """
    with _open(data, media_type) as image:
        has_alpha = _has_alpha(image)
        try:
            return np.asarray(image.convert("RGBA" if has_alpha else "RGB"))
        except (OSError, ValueError, SyntaxError) as error:
            raise ModelError(f"a texture ({media_type}) cannot be decoded: {error}") from error


def image_size(data: bytes, media_type: str) -> tuple[int, int]:
    """Width and height in pixels, from the header alone; of KTX2, too.

    Raises `ModelError` when the header cannot be read.
    """
    if media_type == "image/ktx2" and len(data) >= 28:
        # KTX 2.0, section 3: an identifier of 12 bytes, vkFormat, typeSize, pixelWidth, pixelHeight.
        width, height = struct.unpack_from("<2I", data, 20)
        return width, height
    with _open(data, media_type) as image:
        return image.size


def image_alpha(data: bytes, media_type: str) -> Bytes | None:
    """(h * w,) uint8 alpha of every pixel; `None` without an alpha channel, found without decoding.

    Raises `ModelError` as `decode_image` does.
    """
    with _open(data, media_type) as image:
        if not _has_alpha(image):
            return None
        return np.asarray(image.convert("RGBA").getchannel("A")).reshape(-1)


def is_plain(data: bytes, media_type: str, *, without_alpha: bool) -> bool:
    """Whether an image has no colour profile, gamma or EXIF and, if `without_alpha`, no alpha channel.

    Such an image can be stored byte for byte. Raises `ModelError` when its header cannot be read.
    """
    with _open(data, media_type) as image:
        return not ({"icc_profile", "gamma", "exif"} & image.info.keys()) and not (
            without_alpha and _has_alpha(image)
        )


def encode_webp(pixels: Pixels, *, quality: int, method: int) -> bytes:
    """Encode (h, w, 3 or 4) uint8 as lossy WebP: `quality` 0 to 100, `method` 0 (fast) to 6 (small)."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WEBP", quality=quality, method=method)
    return out.getvalue()


def encode_core(pixels: Pixels, *, quality: int, kind: Kind) -> tuple[bytes, str]:
    """Encode (h, w, 3 or 4) uint8 in a format of core glTF: JPEG without alpha, PNG with.

    JPEG keeps data and normals without chroma subsampling. Returns the bytes and their media type.
    """
    out = io.BytesIO()
    if pixels.shape[2] == 4:
        Image.fromarray(pixels).save(out, "PNG", optimize=False)
        return out.getvalue(), "image/png"
    Image.fromarray(pixels).save(
        out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0" if kind == "color" else "4:4:4"
    )
    return out.getvalue(), "image/jpeg"


def _open(data: bytes, media_type: str) -> Image.Image:
    if media_type == "image/ktx2":
        raise ModelError("a KTX2 texture cannot be decoded here: export the model with PNG, JPEG or WebP")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "AVIF"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ModelError(f"a texture ({media_type}) cannot be read: {error}") from error
    if image.width * image.height > MAX_PIXELS:
        raise ModelError(f"a texture is {image.width} × {image.height} px, the limit is {MAX_PIXELS} pixels")
    return image


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
