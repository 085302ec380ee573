"""Encode a texture for one level of detail: shrink it, and choose its WebP quality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vitrine.arrays import Pixels
from vitrine.codecs.images import decode_image, encode_webp, image_size, is_plain
from vitrine.codecs.ktx2 import encode_ktx2
from vitrine.findings import finding
from vitrine.gltf.model import Texture
from vitrine.models import Finding
from vitrine.recipe import WebOptions
from vitrine.textures.downsample import fitted_size
from vitrine.textures.mip_pyramid import TINY_PX, TexturePyramid
from vitrine.textures.ssim import texture_ssim
from vitrine.textures.texture_slots import TextureUse

MIN_QUALITY, MAX_QUALITY = 20, 98
NEAREST = 9728
"""The magnification filter of pixel art, glTF 2.0 section 5.26."""
NEAREST_PX = 256
"""Up to this size, textures with that filter are encoded without loss."""
SSIM_TOLERANCE = 0.001
"""The search ends at a quality whose SSIM is above the target by no more than this."""
MIN_SSIM_PX = 16
"""Smaller textures take a hundred bytes, and are too small for the windows of SSIM."""


@dataclass(frozen=True, slots=True)
class EncodedTexture:
    """An encoded texture, with its WebP quality and SSIM where the quality was searched for."""

    texture: Texture
    quality: int | None = None
    ssim: float | None = None


def encode_texture(pyramid: TexturePyramid, px: int, web: WebOptions) -> EncodedTexture:
    """Encode a texture, at most `px` texels wide and high, in the format of the options.

    With `webp_min_ssim` the quality is the lowest that reaches it; see `lowest_quality`. A file that has the
    right size and format already is passed through.
    """
    texture, kind = pyramid.use.texture, pyramid.use.kind
    if web.texture_format == "ktx2" and texture.media_type != "image/ktx2":
        data = encode_ktx2(pyramid.at(px), kind=kind)
        return EncodedTexture(replace(texture, data=data, media_type="image/ktx2"))
    if can_pass_through(pyramid.use, px, "image/webp"):
        return EncodedTexture(texture)
    pixels = pyramid.at(px)
    if is_lossless(texture):
        return EncodedTexture(_webp(pixels, web.webp_quality, web, texture, lossless=True))
    if web.webp_min_ssim is None or min(pixels.shape[:2]) < MIN_SSIM_PX:
        return EncodedTexture(_webp(pixels, web.webp_quality, web, texture))
    used = pyramid.used(pixels.shape[1] // 2, pixels.shape[0] // 2)

    def attempt(quality: int) -> EncodedTexture:
        encoded = _webp(pixels, quality, web, texture)
        decoded = decode_image(encoded.data, encoded.media_type)
        return EncodedTexture(encoded, quality, texture_ssim(pixels, decoded, used))

    return lowest_quality(attempt, web.webp_min_ssim, start=web.webp_quality)


def can_pass_through(use: TextureUse, limit_px: int, media_type: str) -> bool:
    """Whether a texture's file can be stored as it is: right format and size, no alpha channel to drop.

    Encoding it again would only lose quality. KTX2 always passes through, as it cannot be decoded.
    """
    texture = use.texture
    if texture.media_type == "image/ktx2":
        return True
    if texture.media_type != media_type:
        return False
    if not is_plain(texture.data, media_type, without_alpha=use.drop_alpha):
        return False
    width, height = image_size(texture.data, media_type)
    return fitted_size(width, height, limit_px) == (width, height)


def is_lossless(texture: Texture) -> bool:
    """Whether a texture is encoded without loss: a palette of a few texels, or pixel art.

    Lossy formats mix the colours of neighbouring texels.
    """
    limit = NEAREST_PX if texture.sampler.mag_filter == NEAREST else TINY_PX
    return max(image_size(texture.data, texture.media_type)) <= limit


def _webp(pixels: Pixels, quality: int, web: WebOptions, like: Texture, *, lossless: bool = False) -> Texture:
    data = encode_webp(pixels, quality=quality, method=web.webp_method, lossless=lossless)
    return replace(like, data=data, media_type="image/webp")


def lowest_quality(attempt: Callable[[int], EncodedTexture], target: float, *, start: int) -> EncodedTexture:
    """Return the result of the lowest quality whose SSIM reaches `target`, else of the highest quality.

    The loss is nearly linear in quality, so the next quality tried is where the line through the nearest two
    results crosses the target (regula falsi): about four tries, where bisection takes seven.
    """
    low, high = MIN_QUALITY - 1, MAX_QUALITY
    below: EncodedTexture | None = None
    best: EncodedTexture | None = None
    quality = min(max(start, MIN_QUALITY), MAX_QUALITY)
    while True:
        tried = attempt(quality)
        if (tried.ssim or 0.0) >= target:
            best, high = tried, quality
        else:
            below, low = tried, quality
        if best is not None and (high - low <= 1 or (best.ssim or 1.0) - target <= SSIM_TOLERANCE):
            return best
        if best is None and low >= MAX_QUALITY:
            return tried
        quality = _next_quality(low, high, below, best, target)


def _next_quality(
    low: int, high: int, below: EncodedTexture | None, best: EncodedTexture | None, target: float
) -> int:
    if best is None:
        return min(low + 10, MAX_QUALITY)
    if below is None:
        return max((low + high) // 2, MIN_QUALITY)
    above_ssim, below_ssim = best.ssim or 1.0, below.ssim or 0.0
    share = (target - below_ssim) / max(above_ssim - below_ssim, 1e-9)
    return min(max(round(low + share * (high - low)), low + 1), high - 1)


def quality_findings(role: str, encoded: list[EncodedTexture], web: WebOptions) -> tuple[Finding, ...]:
    """Return a finding with the WebP qualities of a level's textures, where they were searched for."""
    searched = [one for one in encoded if one.quality is not None]
    if not searched or web.webp_min_ssim is None:
        return ()
    lowest = min(one.ssim or 0.0 for one in searched)
    qualities = ", ".join(str(one.quality) for one in searched)
    short = lowest < web.webp_min_ssim
    return (
        finding(
            "TEXTURE_QUALITY",
            f"{role}: textures have WebP quality {qualities}; the lowest SSIM is {lowest:.4f}",
            measured=lowest,
            limit=web.webp_min_ssim,
            severity="warning" if short else "info",
        ),
    )
