from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from vitrine.codecs.images import decode_image, encode_core, encode_webp
from vitrine.gltf import Material, Mesh, Model, Sampler, Texture, write_glb
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Level, WebOptions
from vitrine.textures.encode import (
    MAX_QUALITY,
    MIN_QUALITY,
    EncodedTexture,
    encode_texture,
    is_lossless,
    lowest_quality,
)
from vitrine.textures.mip_pyramid import TexturePyramid
from vitrine.textures.texture_slots import TextureUse

NOTHING = Texture(b"", "image/png")


@pytest.mark.parametrize("target", [0.5, 0.8, 0.95, 0.985])
def test_the_lowest_quality_is_found_with_few_tries(target: float) -> None:
    tries: list[int] = []

    def attempt(quality: int) -> EncodedTexture:
        tries.append(quality)
        return EncodedTexture(NOTHING, quality, 1 - 0.5 * (1 - quality / 100) ** 1.5 - 0.01)

    found = lowest_quality(attempt, target, start=82)
    assert found.ssim is not None
    assert found.quality is not None
    assert found.ssim >= target
    below = attempt(found.quality - 1).ssim or 0
    assert found.quality == MIN_QUALITY or below < target or found.ssim - target <= 0.001
    assert len(tries) <= 8


def test_what_cannot_be_reached_gets_the_best() -> None:
    found = lowest_quality(lambda quality: EncodedTexture(NOTHING, quality, quality / 1000), 0.9, start=82)
    assert (found.quality, found.ssim) == (MAX_QUALITY, MAX_QUALITY / 1000)


def photo_like(size: int) -> Texture:
    """Waves with fine grain over a part of them, as PNG."""
    x, y = np.meshgrid(*[np.linspace(0, 20, size)] * 2)
    grain = np.random.default_rng(1).normal(0, 14, (size, size, 1)) * (x > 8)[..., None]
    pixels = 128 + 60 * np.stack([np.sin(x), np.cos(y), np.sin(x * y / 9)], axis=2) + grain
    return Texture(encode_webp(np.asarray(pixels, np.uint8), quality=100, method=0), "image/webp")


def test_a_higher_target_takes_more_bytes() -> None:
    paint = TextureUse(photo_like(256), "color", True)
    sizes, qualities = [], []
    for target in (0.92, 0.95, 0.98):
        made = encode_texture(TexturePyramid(paint), 128, WebOptions(webp_min_ssim=target))
        assert made.ssim is not None
        assert target <= made.ssim < target + 0.02
        sizes.append(len(made.texture.data))
        qualities.append(made.quality)
    assert sizes == sorted(sizes)
    assert qualities == sorted(qualities)
    fixed = encode_texture(TexturePyramid(paint), 128, WebOptions())
    assert (fixed.quality, fixed.ssim) == (None, None)


def test_levels_say_which_quality_they_got(make_sphere: Callable[..., Mesh]) -> None:
    model = Model((make_sphere(16),), (Material(base_color=photo_like(256)),))
    ladder = (Level(triangles=900, texture_px=128), Level(triangles=300, texture_px=64))
    for file in build_lods(write_glb(model), ladder, WebOptions(webp_min_ssim=0.9)):
        (finding,) = (f for f in file.findings if f.code == "TEXTURE_QUALITY")
        assert finding.severity == "info"
        assert finding.message.startswith(f"{file.role}: textures have WebP quality ")
        assert finding.limit == 0.9
        assert finding.measured is not None
        assert finding.measured >= 0.9
    fixed = build_lods(write_glb(model), ladder, WebOptions())
    assert "TEXTURE_QUALITY" not in {finding.code for file in fixed for finding in file.findings}


@pytest.mark.usefixtures("basisu")
def test_ktx2_levels_know_their_size(globe: Model) -> None:
    (file,) = build_lods(
        write_glb(globe), (Level(triangles=500, texture_px=64),), WebOptions(texture_format="ktx2")
    )
    assert file.texture_px == 64


def test_a_palette_of_a_few_texels_keeps_every_one() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (5, 8, 3), np.uint8)
    texture = Texture(encode_core(pixels, quality=1, kind="color", lossless=True)[0], "image/png")
    made = encode_texture(TexturePyramid(TextureUse(texture, "color", True)), 1024, WebOptions())
    assert (decode_image(made.texture.data, made.texture.media_type) == pixels).all()


def test_pixel_art_is_encoded_without_loss_and_photos_are_not(make_texture) -> None:
    smooth = make_texture(size=64)
    assert not is_lossless(smooth)
    assert is_lossless(replace(smooth, sampler=Sampler(mag_filter=9728)))
    assert not is_lossless(replace(make_texture(size=512), sampler=Sampler(mag_filter=9728)))
