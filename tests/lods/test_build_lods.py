from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vitrine.codecs.images import decode_image, image_size
from vitrine.gltf import Material, Mesh, Model, Texture, read_glb, write_glb
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Level, WebOptions

Validate = Callable[[list[Path]], list[dict[str, Any]]]
LADDER = (
    Level(triangles=4000, texture_px=256),
    Level(triangles=1000, texture_px=128),
    Level(triangles=400, texture_px=32),
)

WITH_SEAMS = WebOptions(rebake=False)


def test_each_level_has_its_triangles_and_its_textures(globe: Model) -> None:
    files = build_lods(write_glb(globe), LADDER, WebOptions())
    assert [file.role for file in files] == ["web-lod0", "web-lod1", "web-lod2"]
    assert [file.triangles for file in files] == [4000, 1000, 400]
    assert [file.texture_px for file in files] == [256, 128, 32]
    assert [file.findings for file in files[:2]] == [(), ()]
    errors = [file.error for file in files]
    assert 0 < errors[0] < errors[1] < errors[2]
    for file, level in zip(files, LADDER, strict=True):
        model = read_glb(file.data)
        assert (model.triangle_count, model.vertex_count) == (file.triangles, file.vertices)
        material = model.materials[0]
        assert material.base_color is not None
        assert material.metallic_roughness is not None
        assert material.base_color.media_type == "image/webp"
        assert image_size(material.base_color.data, "image/webp") == (level.texture_px, level.texture_px)
        assert max(image_size(material.metallic_roughness.data, "image/webp")) == min(128, level.texture_px)
        assert np.abs(np.linalg.norm(model.meshes[0].positions, axis=1) - 1).max() < 1e-3


def test_any_number_of_threads_writes_the_same_bytes(globe: Model) -> None:
    glb = write_glb(globe)
    one, two, four = (build_lods(glb, LADDER, WebOptions(), jobs=jobs) for jobs in (1, 2, 4))
    assert [f.data for f in one] == [f.data for f in two] == [f.data for f in four]


def test_a_small_model_keeps_all_its_triangles_on_every_level(make_sphere: Callable[..., Mesh]) -> None:
    glb = write_glb(Model((make_sphere(8),)))
    files = build_lods(glb, LADDER[:2], WebOptions())
    assert [file.triangles for file in files] == [224, 224]
    assert [file.error for file in files] == [0, 0]
    assert [file.texture_px for file in files] == [0, 0]


def test_a_level_out_of_reach_says_so(make_sphere: Callable[..., Mesh]) -> None:
    # Sixty balls: each keeps at least four triangles, however few are asked for.
    balls = tuple(make_sphere(6, center=(3.0 * n, 0, 0)) for n in range(60))
    (file,) = build_lods(write_glb(Model(balls)), (Level(triangles=100, texture_px=64),), WITH_SEAMS)
    assert file.triangles > 100
    assert [f.code for f in file.findings] == ["LOD_ABOVE_TARGET"]
    assert (file.findings[0].measured, file.findings[0].limit) == (file.triangles, 100)


def test_webp_that_already_fits_goes_out_untouched(
    make_sphere: Callable[..., Mesh], make_texture: Callable[..., Texture]
) -> None:
    webp = make_texture(128, media="WEBP")
    model = Model((make_sphere(16),), (Material(base_color=webp),))
    first, second = build_lods(write_glb(model), LADDER[1:], WebOptions())
    assert read_glb(first.data).materials[0].base_color == webp
    assert read_glb(second.data).materials[0].base_color != webp


def test_an_opaque_material_drops_its_alpha(
    make_sphere: Callable[..., Mesh], make_texture: Callable[..., Texture]
) -> None:
    material = Material(base_color=make_texture(128, alpha=90, media="WEBP"))
    for mode, channels in (("OPAQUE", 3), ("BLEND", 4)):
        model = Model((make_sphere(16),), (replace(material, alpha_mode=mode),))  # type: ignore[arg-type]
        (file,) = build_lods(write_glb(model), LADDER[1:2], WebOptions())
        base_color = read_glb(file.data).materials[0].base_color
        assert base_color is not None
        assert decode_image(base_color.data, base_color.media_type).shape[2] == channels


def test_real_models_pass_the_validator(
    shared_models: Path, khronos_validate: Validate, tmp_path: Path
) -> None:
    ladder = (Level(triangles=20_000, texture_px=256), Level(triangles=1_000, texture_px=64))
    paths = []
    # Zero normals; a normal map with and without tangents, profiles in the PNGs; vertex colours.
    for name in ("backpack_150k", "modern_armchair", "modern_sofa", "mechanical_keyboard"):
        glb = (shared_models / f"{name}.glb").read_bytes()
        for file in build_lods(glb, ladder, WebOptions()):
            assert file.triangles <= 20_000
            paths.append(tmp_path / f"{name}-{file.role}.glb")
            paths[-1].write_bytes(file.data)
    for path, verdict in zip(paths, khronos_validate(paths), strict=True):
        assert (verdict["errors"], verdict["warnings"]) == (0, 0), (path, verdict["messages"])
