from __future__ import annotations

import builtins
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fixtures.feature_models import MATERIALS, bumps, feature_glbs
from tests.fixtures.meshes import sphere
from vitrine.codecs.images import decode_image, encode_png, encode_webp
from vitrine.errors import ConfigError, ModelError
from vitrine.gltf import Material, Model, Texture, read_glb
from vitrine.gltf.model import Sampler
from vitrine.lods.build_ar import build_ar_of
from vitrine.recipe import ArOptions, RepairOptions
from vitrine.repair.repair_model import repair
from vitrine.usdz.check_usdz import usdz_faults
from vitrine.usdz.package import unpack_files
from vitrine.usdz.read_usdz import read_usdz
from vitrine.usdz.write_usdz import LAYER, write_usdz

ROUNDED = {"base_color_factor", "roughness_factor", "metallic_factor", "emissive_factor", "alpha_cutoff"}


@pytest.fixture(scope="module")
def ar_models() -> dict[str, Model]:
    """The AR file of each feature that has no vertex colours, read back."""
    models = {}
    for name, glb in feature_glbs(12).items():
        if not name.startswith("vertex"):
            model, _ = repair(read_glb(glb), RepairOptions(), None)
            models[name] = read_glb(build_ar_of(model, ArOptions(), jobs=1).data)
    return models


def test_every_feature_comes_back(ar_models: dict[str, Model]) -> None:
    for name, model in ar_models.items():
        data = write_usdz(model)
        read = read_usdz(data)
        (before,), (after,) = model.meshes, read.meshes
        for attribute in ("positions", "triangles", "normals"):
            assert np.array_equal(getattr(before, attribute), getattr(after, attribute)), (name, attribute)
        assert before.uvs is None or np.allclose(before.uvs, after.uvs, atol=1e-6), name
        (expected,), (material,) = model.materials, read.materials
        for field in fields(Material):
            one, other = getattr(expected, field.name), getattr(material, field.name)
            if field.name in ROUNDED:
                assert other == pytest.approx(one, abs=1e-6), (name, field.name)
            elif field.name not in ("normal", "normal_scale"):
                assert one == other, (name, field.name)


@pytest.mark.parametrize("alpha_of_texture", [None, 128])
def test_the_opacity_of_a_textured_material_comes_back(alpha_of_texture: int | None) -> None:
    pixels = np.full((4, 4, 3 if alpha_of_texture is None else 4), alpha_of_texture or 200, np.uint8)
    material = Material(
        base_color=Texture(encode_png(pixels), "image/png"),
        base_color_factor=(1, 0.5, 1, 0.25),
        alpha_mode="BLEND",
    )
    (read,) = read_usdz(write_usdz(Model((sphere(4),), (material,)))).materials
    assert (read.base_color_factor, read.alpha_mode) == (pytest.approx((1, 0.5, 1, 0.25)), "BLEND")


@pytest.mark.filterwarnings("ignore:Use of UsdUtils.ComplianceChecker")
def test_arkit_finds_nothing(ar_models: dict[str, Model], tmp_path: Path) -> None:
    """OpenUSD's own checker for ARKit where this version has it, and what `vitrine check` looks at."""
    from pxr import UsdUtils

    checker: Any = getattr(UsdUtils, "ComplianceChecker", None)
    for name, model in ar_models.items():
        path = tmp_path / f"{name}.usdz"
        path.write_bytes(write_usdz(model))
        assert usdz_faults(path.read_bytes()) == [], name
        if checker is not None:
            arkit = checker(arkit=True)
            arkit.CheckCompliance(str(path))
            assert (arkit.GetErrors(), arkit.GetWarnings(), arkit.GetFailedChecks()) == ([], [], []), name


def test_equal_models_give_equal_bytes_with_the_layer_first(ar_models: dict[str, Model]) -> None:
    model = ar_models["clearcoat-textures"]
    data = write_usdz(model)
    assert data == write_usdz(model)
    assert next(iter(unpack_files(data))) == LAYER


def test_an_image_is_stored_once() -> None:
    texture = MATERIALS["emissive"]().emissive
    material = Material(base_color=texture, emissive=texture, emissive_factor=(1.0, 1.0, 1.0))
    files = unpack_files(write_usdz(Model((sphere(8),), (material,))))
    assert list(files) == [LAYER, "textures/texture_0.png"]


def test_the_scale_of_a_normal_map_goes_into_its_texels() -> None:
    material = Material(normal=bumps(), normal_scale=0.5)
    normal = read_usdz(write_usdz(Model((sphere(8),), (material,)))).materials[0].normal
    assert normal is not None
    before, after = (
        decode_image(texture.data, texture.media_type) / 127.5 - 1 for texture in (bumps(), normal)
    )
    halved = before * (0.5, 0.5, 1)
    assert np.abs(after - halved / np.linalg.norm(halved, axis=2, keepdims=True)).max() < 0.02


def test_samplers_and_sides_are_kept() -> None:
    texture = replace(bumps(), sampler=Sampler(wrap_s=33071, wrap_t=33648))
    material = Material(base_color=texture, double_sided=True)
    (read,) = read_usdz(write_usdz(Model((sphere(8),), (material,)))).materials
    assert read.double_sided
    assert read.base_color == texture


def test_webp_is_refused_by_name() -> None:
    webp = Texture(encode_webp(np.zeros((8, 8, 3), np.uint8), quality=80, method=0), "image/webp")
    with pytest.raises(ModelError, match="PNG and JPEG, not image/webp"):
        write_usdz(Model((sphere(8),), (Material(base_color=webp),)))


def test_without_openusd_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pxr":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigError, match=r"usd-core.*usdz\.enabled = false"):
        write_usdz(Model((sphere(8),)))
