from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vitrine.codecs.images import decode_image
from vitrine.gltf import Material, Mesh, Model, Texture, read_glb, write_glb
from vitrine.lods.build_lods import build_lods
from vitrine.lods.prepare_model import prepare_model
from vitrine.lods.rebake.rebake import MAX_TRIANGLES, rebake
from vitrine.lods.rebake.source import RebakeSource
from vitrine.recipe import Level, WebOptions
from vitrine.render.metrics.certificate import Reference, certify
from vitrine.render.scene import Scene

Make = Callable[..., Mesh]
Validate = Callable[[list[Path]], list[dict[str, Any]]]
LEVEL = Level(triangles=300, texture_px=128)


def without_shared_vertices(mesh: Mesh) -> Mesh:
    """A copy where no two triangles share a vertex, as in an atlas with a chart for each of them."""
    flat = mesh.triangles.reshape(-1)
    assert mesh.normals is not None
    assert mesh.uvs is not None
    corners = np.arange(len(flat), dtype=np.uint32).reshape(-1, 3)
    return replace(
        mesh,
        positions=mesh.positions[flat],
        normals=mesh.normals[flat],
        uvs=mesh.uvs[flat],
        triangles=corners,
    )


@pytest.fixture
def torn(make_sphere: Make, make_texture: Callable[..., Texture]) -> Model:
    """3,968 triangles that share no vertex, on a ball in smooth colours."""
    material = Material(base_color=make_texture(256), roughness_factor=0.6, metallic_factor=0.0)
    return Model((without_shared_vertices(make_sphere(32)),), (material,))


def test_a_level_that_seams_forbid_is_rebaked_and_looks_like_its_source(torn: Model) -> None:
    (kept,) = build_lods(write_glb(torn), (LEVEL,), WebOptions(rebake=False))
    assert kept.triangles == torn.triangle_count
    assert [finding.code for finding in kept.findings] == ["LOD_ABOVE_TARGET"]
    (rebaked,) = build_lods(write_glb(torn), (LEVEL,), WebOptions())
    assert 250 < rebaked.triangles <= 300
    assert [(finding.code, finding.severity) for finding in rebaked.findings] == [("LOD_REBAKED", "info")]
    assert 0 < rebaked.error_m < 0.05
    assert rebaked.texture_px == 128
    certificate = certify(Reference(Scene(torn)), Scene(read_glb(rebaked.data)), 128)
    assert certificate.silhouette_iou > 0.97
    assert certificate.ssim > 0.93
    assert certificate.psnr_db > 28
    assert certificate.normal_deg < 3  # though its triangles meet at 20 degrees


def test_a_constant_value_is_a_factor(torn: Model) -> None:
    new = rebake(RebakeSource(prepare_model(torn)), 300, 128, max_error=0.05)
    assert new is not None
    (material,) = new.model.materials
    assert material.base_color is not None
    assert material.normal is not None
    assert (material.metallic_roughness, material.occlusion, material.emissive) == (None, None, None)
    assert material.roughness_factor == pytest.approx(0.6, abs=0.003)
    assert material.metallic_factor == 0


def test_no_texel_between_charts_is_black(torn: Model) -> None:
    new = rebake(RebakeSource(prepare_model(torn)), 300, 128, max_error=0.05)
    assert new is not None
    texture = new.model.materials[0].base_color
    assert texture is not None
    assert (
        decode_image(texture.data, texture.media_type)[..., 2].min() > 120
    )  # the source's blue is 128 everywhere


def test_kinds_of_material_stay_apart_and_others_become_one(
    make_sphere: Make, make_texture: Callable[..., Texture]
) -> None:
    red, green = (
        Material(base_color_factor=(*rgb, 1.0), metallic_factor=0.0) for rgb in ((1, 0, 0), (0, 1, 0))
    )
    glass = Material(base_color=make_texture(64, alpha=100), alpha_mode="BLEND", metallic_factor=0.0)
    balls = [make_sphere(16, center=(2.5 * n, 0, 0)) for n in range(3)]
    meshes = tuple(
        replace(without_shared_vertices(ball), material=number) for number, ball in enumerate(balls)
    )
    source = Model(meshes, (red, green, glass))
    new = rebake(RebakeSource(prepare_model(source)), 600, 128, max_error=0.05)
    assert new is not None
    assert [material.alpha_mode for material in new.model.materials] == ["OPAQUE", "BLEND"]
    assert new.model.materials[0].base_color is new.model.materials[1].base_color
    opaque, clear = new.model.meshes
    assert opaque.positions[:, 0].max() < 3.6 < 3.9 < clear.positions[:, 0].min()
    seen = certify(Reference(Scene(source)), Scene(new.model), 160)
    assert seen.ssim > 0.93
    assert seen.psnr_db > 22


def test_a_model_inside_out_is_flipped(torn: Model) -> None:
    mesh = replace(torn.meshes[0], triangles=torn.meshes[0].triangles[:, ::-1].copy())
    new = rebake(RebakeSource(prepare_model(replace(torn, meshes=(mesh,)))), 300, 128, max_error=0.05)
    assert new is not None
    (out,) = new.model.meshes
    assert out.normals is not None
    assert (np.einsum("ij,ij->i", out.normals, out.positions) > 0.8).all()


def test_what_cannot_be_baked_is_left_alone(torn: Model, make_texture: Callable[..., Texture]) -> None:
    mesh, material = torn.meshes[0], torn.materials[0]
    assert material.base_color is not None
    sampler = replace(material.base_color.sampler, wrap_s=33648)
    assert mesh.uvs is not None
    for other in (
        replace(torn, meshes=(replace(mesh, colors=np.ones((len(mesh.positions), 4), np.float32)),)),
        replace(torn, materials=(replace(material, base_color=Texture(b"", "image/ktx2")),)),
        replace(torn, materials=(replace(material, base_color=Texture(b"no", "image/png")),)),
        replace(torn, materials=(replace(material, extension_textures=(make_texture(8),)),)),
        replace(
            torn,
            meshes=(replace(mesh, uvs=mesh.uvs * 2),),
            materials=(replace(material, base_color=replace(material.base_color, sampler=sampler)),),
        ),
    ):
        assert rebake(RebakeSource(other), 300, 64, max_error=0.05) is None
    assert rebake(RebakeSource(torn), MAX_TRIANGLES + 1, 64, max_error=0.05) is None


def test_rebaked_levels_are_valid_and_the_same_for_any_number_of_threads(
    torn: Model, khronos_validate: Validate, tmp_path: Path
) -> None:
    ladder = (LEVEL, Level(triangles=120, texture_px=64))
    glb = write_glb(torn)
    one, two = (build_lods(glb, ladder, WebOptions(), jobs=jobs) for jobs in (1, 2))
    assert [file.data for file in one] == [file.data for file in two]
    assert [[finding.code for finding in file.findings] for file in one] == [["LOD_REBAKED"]] * 2
    paths = []
    for file in one:
        paths.append(tmp_path / f"{file.role}.glb")
        paths[-1].write_bytes(file.data)
    for path, verdict in zip(paths, khronos_validate(paths), strict=True):
        assert (verdict["errors"], verdict["warnings"]) == (0, 0), (path, verdict["messages"])
