"""PNG, JPEG, WebP and AVIF: encoded bytes <-> pixels, by Pillow.

Pixels are (h, w, 3) RGB or (h, w, 4) RGBA uint8, as encoded: no colour space is applied.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Literal

import numpy as np
from PIL import Image, UnidentifiedImageError, WebPImagePlugin  # noqa: F401 or Pillow loads all it has to find it

from vitrine.arrays import Pixels
from vitrine.errors import ModelError

Kind = Literal["color", "data", "normal"]
"""What a texture's texels mean: sRGB colour, linear numbers, or tangent-space normals."""
MAX_PIXELS = 16384 * 16384
METADATA = frozenset({"icc_profile", "gamma", "exif", "xmp"})
"""What Pillow calls the parts of a file that glTF tells readers to ignore (section 3.8.4)."""
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"WEBP", 8, "image/webp"),
    (b"\xabKTX 20\xbb\r\n\x1a\n", 0, "image/ktx2"),
    (b"ftypavif", 4, "image/avif"),
    (b"ftypavis", 4, "image/avif"),
)


def sniff_media_type(data: bytes) -> str | None:
    """The media type of an encoded image, from its first bytes; `None` for any other file."""
    for signature, offset, media_type in SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return media_type
    return None


OTHERS = (
    (b"GIF8", 0, "a GIF"),
    (b"BM", 0, "a BMP"),
    (b"II*\0", 0, "a TIFF"),
    (b"MM\0*", 0, "a TIFF"),
    (b"DDS ", 0, "a DDS texture"),
    (b"\xabKTX 11", 0, "a KTX 1 texture"),
    (b"ftyphei", 4, "a HEIC image"),
    (b"ftypmif1", 4, "a HEIC or AVIF image"),
    (b"8BPS", 0, "a Photoshop file"),
    (b"v/1\x01", 0, "an OpenEXR image"),
    (b"#?RADIANCE", 0, "a Radiance HDR image"),
    (b"<", 0, "an SVG, XML or HTML file"),
)


def name_image(data: bytes) -> str:
    """Return what an encoded image is that `sniff_media_type` does not know, for a message."""
    if not data:
        return "empty"
    names = (name for mark, at, name in OTHERS if data[at : at + len(mark)] == mark)
    return next(names, f"an unknown kind of image (its first bytes are {data[:8].hex(' ')})")


def decode_image(data: bytes, media_type: str) -> Pixels:
    """Decode an image to (h, w, 3) uint8 or, where it has an alpha channel, to (h, w, 4) uint8.

    Raises `ModelError` for KTX2 and for an image that does not decode.
    """
    with _open(data, media_type) as image:
        mode = "RGBA" if _has_alpha(image) else "RGB"
        try:
            return np.asarray(as_8_bit(image).convert(mode))
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


def has_alpha(data: bytes, media_type: str) -> bool:
    """Whether an image has an alpha channel, or a colour that is transparent; it is not decoded.

    Raises `ModelError` when its header cannot be read.
    """
    with _open(data, media_type) as image:
        return _has_alpha(image)


def as_8_bit(image: Image.Image) -> Image.Image:
    """Return an image in a mode that Pillow converts to RGB or RGBA without clipping.

    Of 16-bit gray the high byte counts, which is within half a step of its value. Colours of 16 bits are read
    so by Pillow itself.
    """
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.int64)
    gray = np.clip(values >> 8, 0, 255).astype(np.uint8)
    key = image.info.get("transparency")
    if not isinstance(key, int):
        return Image.fromarray(gray)
    return Image.fromarray(np.dstack([gray, np.where(values == key, 0, 255).astype(np.uint8)]))


def is_plain(data: bytes, media_type: str, *, without_alpha: bool) -> bool:
    """Whether an image can be stored byte for byte, as every reader understands it alike.

    It has no colour profile, gamma, EXIF or XMP, its mode is gray or RGB with 8 bits, and, if
    `without_alpha`, it has no alpha channel. Raises `ModelError` when its header cannot be read.
    """
    with _open(data, media_type) as image:
        if METADATA & image.info.keys() or image.mode not in ("L", "RGB", "RGBA"):
            return False
        return not (without_alpha and _has_alpha(image))


def encode_webp(pixels: Pixels, *, quality: int, method: int, lossless: bool = False) -> bytes:
    """Encode (h, w, 3 or 4) uint8 as WebP: `quality` 0 to 100, `method` 0 (fast) to 6 (small).

    `lossless` keeps every texel, also the colours of fully transparent ones.
    """
    out = io.BytesIO()
    Image.fromarray(pixels).save(
        out, "WEBP", quality=quality, method=method, lossless=lossless, exact=lossless
    )
    return out.getvalue()


def encode_png(pixels: Pixels) -> bytes:
    """Encode (h, w, 3 or 4) uint8 as PNG, quickly: for images that are encoded again later."""
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def encode_core(pixels: Pixels, *, quality: int, kind: Kind, lossless: bool = False) -> tuple[bytes, str]:
    """Encode (h, w, 3 or 4) uint8 in a format of core glTF: JPEG without alpha, PNG with, or if `lossless`.

    JPEG keeps data and normals without chroma subsampling. Returns the bytes and their media type.
    """
    out = io.BytesIO()
    if lossless or pixels.shape[2] == 4:
        Image.fromarray(pixels).save(out, "PNG", optimize=False)
        return out.getvalue(), "image/png"
    Image.fromarray(pixels).save(
        out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0" if kind == "color" else "4:4:4"
    )
    return out.getvalue(), "image/jpeg"


def _open(data: bytes, media_type: str) -> Image.Image:
    if media_type == "image/ktx2":
        raise ModelError("a KTX2 texture cannot be decoded here: export the model with PNG, JPEG or WebP")
    if sniff_media_type(data) == "image/avif":
        from PIL import AvifImagePlugin  # noqa: F401 as above; it loads its codecs, which few models need
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "AVIF"))
    except UnidentifiedImageError as error:
        size = f"{len(data):,} bytes"
        raise ModelError(f"a texture ({media_type}, {size}) cannot be read: the image is damaged") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ModelError(f"a texture ({media_type}) cannot be read: {error}") from error
    if image.width * image.height > MAX_PIXELS:
        raise ModelError(f"a texture is {image.width} × {image.height} px, the limit is {MAX_PIXELS} pixels")
    return image


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
