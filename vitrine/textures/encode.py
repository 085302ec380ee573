"""A picture of a model as one level stores it: shrunk, and encoded as the options say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vitrine.arrays import Pixels
from vitrine.codecs.images import decode_image, encode_webp
from vitrine.codecs.ktx2 import encode_ktx2
from vitrine.gltf.model import Texture
from vitrine.models import Finding
from vitrine.recipe import WebOptions
from vitrine.textures.ssim import likeness
from vitrine.textures.texture_set import Pyramid, goes_as_it_is

LEAST_QUALITY, MOST_QUALITY = 20, 98
CLOSE = 0.001
"""A quality that is better than asked by no more than this is not lowered further."""
LEAST_PX = 16
"""Smaller pictures are a hundred bytes, and have no structure to compare."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A texture, and where its quality was chosen for it, that quality and what it reaches."""

    texture: Texture
    quality: int | None = None
    ssim: float | None = None


def encode_picture(pyramid: Pyramid, px: int, web: WebOptions) -> Encoded:
    """At most `px` texels wide and high; a file that is what it should be already goes as it is."""
    texture, kind = pyramid.paint.texture, pyramid.paint.kind
    if web.texture_format == "ktx2" and texture.media_type != "image/ktx2":
        data = encode_ktx2(pyramid.at(px), kind=kind)
        return Encoded(replace(texture, data=data, media_type="image/ktx2"))
    if goes_as_it_is(pyramid.paint, px, "image/webp"):
        return Encoded(texture)
    pixels = pyramid.at(px)
    if web.webp_min_ssim is None or min(pixels.shape[:2]) < LEAST_PX:
        return Encoded(_webp(pixels, web.webp_quality, web, texture))
    used = pyramid.used(pixels.shape[1] // 2, pixels.shape[0] // 2)

    def attempt(quality: int) -> Encoded:
        made = _webp(pixels, quality, web, texture)
        return Encoded(made, quality, likeness(pixels, decode_image(made.data, made.media_type), used))

    return lowest(attempt, web.webp_min_ssim, start=web.webp_quality)


def _webp(pixels: Pixels, quality: int, web: WebOptions, like: Texture) -> Texture:
    data = encode_webp(pixels, quality=quality, method=web.webp_method)
    return replace(like, data=data, media_type="image/webp")


def lowest(attempt: Callable[[int], Encoded], target: float, *, start: int) -> Encoded:
    """The lowest quality that reaches the target; the highest there is when none does.

    The loss falls evenly with quality, so the next try is where the line between the nearest two misses the
    target: about four tries, where halving takes seven.
    """
    low, high = LEAST_QUALITY - 1, MOST_QUALITY
    under: Encoded | None = None
    best: Encoded | None = None
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


def _between(low: int, high: int, under: Encoded | None, best: Encoded | None, target: float) -> int:
    if best is None:
        return min(low + 10, MOST_QUALITY)
    if under is None:
        return max((low + high) // 2, LEAST_QUALITY)
    reached, missed = best.ssim or 1.0, under.ssim or 0.0
    share = (target - missed) / max(reached - missed, 1e-9)
    return min(max(round(low + share * (high - low)), low + 1), high - 1)


def chosen(role: str, encoded: list[Encoded], web: WebOptions) -> tuple[Finding, ...]:
    """What qualities a level's textures got, where they were chosen."""
    picked = [one for one in encoded if one.quality is not None]
    if not picked or web.webp_min_ssim is None:
        return ()
    worst = min(one.ssim or 0.0 for one in picked)
    qualities = ", ".join(str(one.quality) for one in picked)
    short = worst < web.webp_min_ssim
    return (
        Finding(
            code="TEXTURE_QUALITY",
            severity="warning" if short else "info",
            message=f"{role}: textures have WebP quality {qualities}; the lowest SSIM is {worst:.4f}",
            measured=worst,
            limit=web.webp_min_ssim,
        ),
    )
