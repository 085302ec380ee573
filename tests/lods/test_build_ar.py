from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vitrine.codecs.images import decode_image, encode_webp
from vitrine.errors import ModelError
from vitrine.gltf import Material, Mesh, Model, Texture, read_glb, write_glb
from vitrine.gltf.container import read_container
from vitrine.lods.build_ar import build_ar
from vitrine.recipe import ArOptions

Make = Callable[..., Mesh]


@pytest.fixture
def noisy(make_sphere: Make) -> Model:
    """Textures that do not compress: about 2 MB of JPEG at full size."""
    pixels = np.random.default_rng(3).integers(0, 256, (1024, 1024, 3), np.uint8)
    webp = Texture(encode_webp(pixels, quality=100, method=0), "image/webp")
    return Model((make_sphere(96),), (Material(base_color=webp),))


def test_core_gltf_with_jpeg_and_no_extension(noisy: Model) -> None:
    file = build_ar(write_glb(noisy), ArOptions(triangles=5000))
    document = read_container(file.data).document
    assert "extensionsRequired" not in document
    assert "extensionsUsed" not in document
    assert [image["mimeType"] for image in document["images"]] == ["image/jpeg"]
    assert {a["componentType"] for a in document["accessors"]} <= {5126, 5123, 5125}
    assert (file.role, file.triangles, file.texture_px) == ("ar", 5000, 1024)


def test_alpha_that_matters_makes_a_png(make_sphere: Make, make_texture: Callable[..., Texture]) -> None:
    material = Material(base_color=make_texture(alpha=90), alpha_mode="BLEND")
    file = build_ar(write_glb(Model((make_sphere(8),), (material,))), ArOptions())
    texture = read_glb(file.data).materials[0].base_color
    assert texture is not None
    assert texture.media_type == "image/png"
    assert decode_image(texture.data, texture.media_type).shape[2] == 4


def test_material_extensions_stay_out(make_sphere: Make) -> None:
    material = Material(extensions={"KHR_materials_ior": {"ior": 1.4}})
    file = build_ar(write_glb(Model((make_sphere(8),), (material,))), ArOptions())
    assert "extensionsUsed" not in read_container(file.data).document


@pytest.mark.parametrize("limit", [1_500_000, 600_000, 150_000])
def test_it_steps_down_until_it_fits(noisy: Model, limit: int) -> None:
    full = build_ar(write_glb(noisy), ArOptions(size_bytes=50_000_000))
    file = build_ar(write_glb(noisy), ArOptions(size_bytes=limit))
    assert len(file.data) <= limit < len(full.data)
    assert file.findings == ()
    assert file.texture_px < full.texture_px


def test_what_cannot_fit_says_so(noisy: Model) -> None:
    file = build_ar(write_glb(noisy), ArOptions(size_bytes=10_000))
    (finding,) = file.findings
    assert finding.code == "AR_TOO_LARGE"
    assert (finding.measured, finding.limit) == (len(file.data), 10_000)
    assert file.texture_px == 256
    assert file.triangles <= 2500


def test_ktx2_is_refused_by_name(make_sphere: Make) -> None:
    texture = Texture(b"\xabKTX 20\xbb\r\n\x1a\n", "image/ktx2")
    model = Model((make_sphere(8),), (Material(base_color=texture),))
    with pytest.raises(ModelError, match="KTX2"):
        build_ar(write_glb(model), ArOptions())


def test_a_color_profile_in_a_texture_is_dropped(
    make_sphere: Make, khronos_validate: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (64, 64), "red").save(path, gamma=0.45, icc_profile=b"x" * 200)
    texture = Texture(path.read_bytes(), "image/png")
    model = Model((make_sphere(8),), (replace(Material(), base_color=texture),))
    (tmp_path / "ar.glb").write_bytes(build_ar(write_glb(model), ArOptions()).data)
    (verdict,) = khronos_validate([tmp_path / "ar.glb"])
    assert (verdict["errors"], verdict["warnings"]) == (0, 0), verdict["messages"]


def test_glass_blends_and_unlit_is_rough(make_sphere: Make) -> None:
    transmission = {"KHR_materials_transmission": {"transmissionFactor": 1.0}}
    glass = Material(extensions=transmission, metallic_factor=0.0, roughness_factor=0.0)
    unlit = Material(extensions={"KHR_materials_unlit": {}})
    model = Model((make_sphere(8), replace(make_sphere(8, center=(3, 0, 0)), material=1)), (glass, unlit))
    first, second = read_glb(build_ar(write_glb(model), ArOptions()).data).materials
    assert first.alpha_mode == "BLEND"
    assert first.base_color_factor[3] == pytest.approx(0.3)
    assert (second.metallic_factor, second.roughness_factor) == (0.0, 1.0)
