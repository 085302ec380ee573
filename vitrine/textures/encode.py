"""A picture of a model as one level stores it: shrunk, and encoded as the options say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vitrine.arrays import Pixels
from vitrine.codecs.images import decode_image, encode_webp
from vitrine.codecs.ktx2 import encode_ktx2
from vitrine.findings import finding
from vitrine.gltf.model import Texture
from vitrine.models import Finding
from vitrine.recipe import WebOptions
from vitrine.textures.ssim import texture_ssim
from vitrine.textures.texture_set import TexturePyramid, can_pass_through

LEAST_QUALITY, MOST_QUALITY = 20, 98
CLOSE = 0.001
"""A quality that is better than asked by no more than this is not lowered further."""
LEAST_PX = 16
"""Smaller pictures are a hundred bytes, and have no structure to compare."""


@dataclass(frozen=True, slots=True)
class EncodedTexture:
    """A texture, and where its quality was quality_findings for it, that quality and what it reaches."""

    texture: Texture
    quality: int | None = None
    ssim: float | None = None


def encode_texture(pyramid: TexturePyramid, px: int, web: WebOptions) -> EncodedTexture:
    """At most `px` texels wide and high; a file that is what it should be already goes as it is."""
    texture, kind = pyramid.use.texture, pyramid.use.kind
    if web.texture_format == "ktx2" and texture.media_type != "image/ktx2":
        data = encode_ktx2(pyramid.at(px), kind=kind)
        return EncodedTexture(replace(texture, data=data, media_type="image/ktx2"))
    if can_pass_through(pyramid.use, px, "image/webp"):
        return EncodedTexture(texture)
    pixels = pyramid.at(px)
    if web.webp_min_ssim is None or min(pixels.shape[:2]) < LEAST_PX:
        return EncodedTexture(_webp(pixels, web.webp_quality, web, texture))
    used = pyramid.used(pixels.shape[1] // 2, pixels.shape[0] // 2)

    def attempt(quality: int) -> EncodedTexture:
        made = _webp(pixels, quality, web, texture)
        return EncodedTexture(
            made, quality, texture_ssim(pixels, decode_image(made.data, made.media_type), used)
        )

    return lowest_quality(attempt, web.webp_min_ssim, start=web.webp_quality)


def _webp(pixels: Pixels, quality: int, web: WebOptions, like: Texture) -> Texture:
    data = encode_webp(pixels, quality=quality, method=web.webp_method)
    return replace(like, data=data, media_type="image/webp")


def lowest_quality(attempt: Callable[[int], EncodedTexture], target: float, *, start: int) -> EncodedTexture:
    """The lowest quality that reaches the target; the highest there is when none does.

    The loss falls evenly with quality, so the next try is where the line between the nearest two misses the
    target: about four tries, where halving takes seven.
    """
    low, high = LEAST_QUALITY - 1, MOST_QUALITY
    under: EncodedTexture | None = None
    best: EncodedTexture | None = None
    quality = min(max(start, LEAST_QUALITY), MOST_QUALITY)
    while True:
        tried = attempt(quality)
        if (tried.ssim or 0.0) >= target:
            best, high = tried, quality
        else:
            under, low = tried, quality
        if best is not None and (high - low <= 1 or (best.ssim or 1.0) - target <= CLOSE):
            return best
        if best is None and low >= MOST_QUALITY:
            return tried
        quality = _between(low, high, under, best, target)


def _between(
    low: int, high: int, under: EncodedTexture | None, best: EncodedTexture | None, target: float
) -> int:
    if best is None:
        return min(low + 10, MOST_QUALITY)
    if under is None:
        return max((low + high) // 2, LEAST_QUALITY)
    reached, missed = best.ssim or 1.0, under.ssim or 0.0
    share = (target - missed) / max(reached - missed, 1e-9)
    return min(max(round(low + share * (high - low)), low + 1), high - 1)


def quality_findings(role: str, encoded: list[EncodedTexture], web: WebOptions) -> tuple[Finding, ...]:
    """What qualities a level's textures got, where they were quality_findings."""
    picked = [one for one in encoded if one.quality is not None]
    if not picked or web.webp_min_ssim is None:
        return ()
    worst = min(one.ssim or 0.0 for one in picked)
    qualities = ", ".join(str(one.quality) for one in picked)
    short = worst < web.webp_min_ssim
    return (
        finding(
            "TEXTURE_QUALITY",
            f"{role}: textures have WebP quality {qualities}; the lowest SSIM is {worst:.4f}",
            measured=worst,
            limit=web.webp_min_ssim,
            severity="warning" if short else "info",
        ),
    )
