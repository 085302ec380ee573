"""Plain and compressed files say the same model, and the Khronos validator has nothing to say."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vitrine.gltf import Material, Mesh, Model, Sampler, Texture, read_glb, write_glb
from vitrine.gltf.container import read_container
from vitrine.gltf.writer.write_web_glb import QuantizationBits, write_web_glb

Validate = Callable[[list[Path]], list[dict[str, Any]]]


def picture(kind: str) -> Texture:
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(out, kind)
    return Texture(out.getvalue(), f"image/{kind.lower()}")


def patch(side: int, material: int = 0, *, uv_scale: float = 1.0, z: float = 0.0) -> Mesh:
    """A gently waving sheet of `side` × `side` vertices, one metre wide."""
    t = np.linspace(0, 1, side, dtype=np.float32)
    u, v = np.meshgrid(t, t)
    height = np.sin(6 * u) * np.float32(0.05)
    slope = np.stack([-0.3 * np.cos(6 * u), np.ones_like(u), np.zeros_like(u)], -1).reshape(-1, 3)
    grid = np.arange(side * side, dtype=np.uint32).reshape(side, side)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    return Mesh(
        positions=np.stack([u, height, v + np.float32(z)], -1).reshape(-1, 3),
        triangles=np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)]).reshape(-1, 3),
        normals=(slope / np.linalg.norm(slope, axis=1, keepdims=True)).astype(np.float32),
        uvs=np.stack([u, v], -1).reshape(-1, 2) * np.float32(uv_scale),
        material=material,
    )


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    """One for each thing a writer has to get right."""
    plain = Material(base_color=picture("PNG"), metallic_roughness=picture("JPEG"))
    webp = Material(base_color=picture("WEBP"), double_sided=True, name="fabric")
    bumpy = replace(plain, normal=picture("PNG"), occlusion=picture("JPEG"), occlusion_strength=0.5)
    sheet = patch(20)
    up = np.zeros((400, 4), np.float32)
    up[:, 2], up[:, 3] = 1, -1
    return {
        "plain": Model((sheet,), (plain,)),
        "bare": Model((replace(sheet, normals=None, uvs=None),), (Material(),)),
        "webp": Model((sheet,), (webp,)),
        "tiled": Model((patch(20, uv_scale=5),), (webp,)),
        "tangents": Model((replace(sheet, tangents=up),), (bumpy,)),
        "colours": Model(
            (replace(sheet, uvs=None, colors=np.full((400, 4), 0.5, np.float32)),), (Material(),)
        ),
        "two materials": Model((sheet, patch(9, 1, z=2, uv_scale=3), patch(5, 0, z=4)), (plain, webp)),
        "glass": Model((sheet,), (replace(plain, alpha_mode="BLEND", base_color_factor=(1, 1, 1, 0.5)),)),
        "cutout": Model((sheet,), (replace(plain, alpha_mode="MASK", alpha_cutoff=0.25),)),
        "clamped": Model(
            (sheet,), (replace(plain, base_color=replace(picture("PNG"), sampler=Sampler(33071, 33071))),)
        ),
        "clearcoat": Model(
            (sheet,),
            (
                replace(
                    plain,
                    extensions={
                        "KHR_materials_clearcoat": {"clearcoatFactor": 1, "clearcoatTexture": {"index": 0}}
                    },
                    extension_textures=(picture("PNG"),),
                ),
            ),
        ),
        "one triangle": Model((Mesh(sheet.positions[:3], np.array([[0, 1, 2]], np.uint32)),)),
        "16-bit indices": Model((patch(255),), (plain,)),
        "32-bit indices": Model((patch(257),), (plain,)),
    }


def test_plain_files_come_back_to_the_bit(models: dict[str, Model]) -> None:
    for name, model in models.items():
        back = read_glb(write_glb(model))
        assert len(back.meshes) == len(model.meshes), name
        for got, said in zip(back.meshes, model.meshes, strict=True):
            assert (got.triangles == said.triangles).all()
            for field in ("positions", "normals", "uvs", "tangents", "colors"):
                a, b = getattr(got, field), getattr(said, field)
                assert (a is None) == (b is None), (name, field)
                assert a is None or (a == b).all(), (name, field)
            assert back.materials[got.material] == model.materials[said.material], name


def test_web_files_come_back_within_the_grid(models: dict[str, Model]) -> None:
    for name, model in models.items():
        back = read_glb(write_web_glb(model, QuantizationBits()))
        assert back.triangle_count == model.triangle_count
        step = float(np.max(model.bounds[1] - model.bounds[0])) / (2**14 - 1)
        by_material = sorted(model.meshes, key=lambda mesh: mesh.material)
        for got, said in zip(back.meshes, by_material, strict=True):
            a, b = got.positions[got.triangles], said.positions[said.triangles]
            # Triangles may come back with another corner first.
            first = np.abs(a[:, None, 0] - b).max(axis=2).argmin(axis=1)
            turned = np.take_along_axis(got.triangles, (np.arange(3) - first[:, None]) % 3, axis=1)
            assert np.abs(got.positions[turned] - b).max() <= 0.51 * step + 1e-7, name
            if said.uvs is not None:
                assert got.uvs is not None
                span = max(1.0, float(said.uvs.max()))
                assert np.abs(got.uvs[turned] - said.uvs[said.triangles]).max() < 0.51 * span / 4095
            if said.normals is not None:
                assert got.normals is not None
                dots = np.einsum("ijk,ijk->ij", got.normals[turned], said.normals[said.triangles])
                assert dots.min() > 0.9995, name
            if said.tangents is not None:
                assert got.tangents is not None
                assert (got.tangents[:, 3] == -1).all()


def test_the_validator_is_silent(
    models: dict[str, Model], khronos_validate: Validate, tmp_path: Path
) -> None:
    paths = []
    for number, model in enumerate(models.values()):
        for flavour, data in (("core", write_glb(model)), ("web", write_web_glb(model, QuantizationBits()))):
            paths.append(tmp_path / f"{number}-{flavour}.glb")
            paths[-1].write_bytes(data)
    for path, verdict in zip(paths, khronos_validate(paths), strict=True):
        assert (verdict["errors"], verdict["warnings"]) == (0, 0), (path, verdict["messages"])


def test_what_core_files_and_web_files_require(models: dict[str, Model]) -> None:
    core = read_container(write_glb(models["plain"])).document
    assert "extensionsRequired" not in core
    assert "extensionsUsed" not in core
    web = read_container(write_web_glb(models["webp"], QuantizationBits())).document
    assert set(web["extensionsRequired"]) == {
        "EXT_meshopt_compression",
        "EXT_texture_webp",
        "KHR_mesh_quantization",
        "KHR_texture_transform",
    }
    assert web["nodes"][0] == {"name": "model", "children": [1]}  # the root is clean


@pytest.mark.parametrize(("vertices", "component"), [(65535, 5123), (65536, 5125)])
def test_indices_are_short_as_long_as_none_is_65535(vertices: int, component: int) -> None:
    points = np.random.default_rng(0).random((vertices, 3), np.float32)
    triangles = np.arange(vertices - vertices % 3, dtype=np.uint32).reshape(-1, 3)
    triangles[-1, -1] = vertices - 1
    model = Model((Mesh(points, triangles),))
    for data in (write_glb(model), write_web_glb(model, QuantizationBits())):
        document = read_container(data).document
        index = document["meshes"][0]["primitives"][0]["indices"]
        assert document["accessors"][index]["componentType"] == component
        got = read_glb(data).meshes[0]
        assert int(got.triangles.max()) == vertices - 1


def test_a_picture_used_twice_is_stored_once() -> None:
    twice = Material(occlusion=picture("JPEG"), metallic_roughness=picture("JPEG"))
    for write in (write_glb, lambda model: write_web_glb(model, QuantizationBits())):
        document = read_container(write(Model((patch(5),), (twice,)))).document
        assert len(document["images"]) == 1
