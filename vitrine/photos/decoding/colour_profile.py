"""Convert an image to sRGB from its ICC profile, its CICP codes or its gamma."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

Floats = npt.NDArray[np.floating[Any]]
Matrix = tuple[tuple[float, float, float], ...]

TO_SRGB: dict[int, Matrix] = {
    9: ((1.660491, -0.587641, -0.072850), (-0.124550, 1.132900, -0.008349), (-0.018151, -0.100579, 1.118730)),
    12: ((1.224940, -0.224940, 0.0), (-0.042057, 1.042057, 0.0), (-0.019638, -0.078636, 1.098274)),
}
"""ITU-T H.273 colour primaries -> linear RGB to linear sRGB: BT.2020 (9) and Display P3 (12)."""
SDR_TRANSFERS = (1, 2, 6, 13, 14, 15)
"""H.273 transfer characteristics that are sRGB's, or close to it; PQ and HLG are not."""
SRGB_GAMMA = 1 / 2.2
"""The gAMA value that PNG gives for sRGB."""


def to_srgb(image: Image.Image, cicp: tuple[int, int] | None) -> Image.Image:
    """Return `image`, of mode L, LA, RGB, RGBA or CMYK, in sRGB.

    The ICC profile counts first, then `cicp` (colour primaries and transfer characteristics after H.273),
    then a PNG's gAMA. A profile that is damaged, or that is for another kind of image, is ignored.
    """
    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        return _from_icc(image, profile)
    if cicp is not None and cicp[0] in TO_SRGB and cicp[1] in SDR_TRANSFERS and image.mode in ("RGB", "RGBA"):
        return _from_primaries(image, TO_SRGB[cicp[0]])
    gamma = image.info.get("gamma")
    if cicp is None and isinstance(gamma, float) and "srgb" not in image.info and 0.1 < gamma < 2:
        return _from_gamma(image, gamma)
    return image


def cicp_codes(data: bytes, image: Image.Image) -> tuple[int, int] | None:
    """Return colour primaries and transfer characteristics of a PNG's cICP chunk or of a HEIC's nclx box."""
    nclx = image.info.get("nclx_profile")
    if isinstance(nclx, dict):
        return int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])
    for kind, start in _png_chunks(data):
        if kind == b"cICP":
            return data[start], data[start + 1]
        if kind == b"IDAT":
            break
    return None


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the type of each chunk of a PNG, and where its data starts."""
    at = 8 if data.startswith(b"\x89PNG\r\n\x1a\n") else len(data)
    while at + 12 <= len(data):
        yield data[at + 4 : at + 8], at + 8
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _from_icc(image: Image.Image, profile: bytes) -> Image.Image:
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    base = {"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode)
    try:
        converted = ImageCms.profileToProfile(
            image if base == image.mode else image.convert(base),
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if converted is None:
        return image
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _from_primaries(image: Image.Image, matrix: Matrix) -> Image.Image:
    """Convert between primaries in linear light; both curves are sRGB's."""
    pixels = np.array(image)
    linear = _decode_srgb(np.arange(256, dtype=np.float32) / 255)[pixels[..., :3]]
    mixed = np.clip(linear @ np.array(matrix, np.float32).T, 0, 1)
    pixels[..., :3] = np.round(_encode_srgb(mixed) * 255)
    return Image.fromarray(pixels, image.mode)


def _from_gamma(image: Image.Image, gamma: float) -> Image.Image:
    """Undo a PNG's gAMA: a sample is light to the power of `gamma`."""
    if abs(gamma - SRGB_GAMMA) < 0.02 or image.mode not in ("L", "LA", "RGB", "RGBA"):
        return image
    light = (np.arange(256, dtype=np.float32) / 255) ** (1 / gamma)
    table = np.round(_encode_srgb(light) * 255).astype(int).tolist()
    colours = len(image.getbands()) - (image.mode in ("LA", "RGBA"))
    same = list(range(256)) if image.mode in ("LA", "RGBA") else []
    return image.point(table * colours + same)


def _decode_srgb(level: Floats) -> Floats:
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _encode_srgb(light: Floats) -> Floats:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)
