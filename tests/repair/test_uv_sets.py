from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vitrine.arrays import Floats
from vitrine.gltf.model import Material, Mesh, Model, Sampler, Texture
from vitrine.repair.uv_sets import bake_uv_sets

SIZE = 128


def texture(pixels: np.ndarray, uv: int = 0, sampler: Sampler | None = None) -> Texture:
    out = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "PNG")
    return Texture(out.getvalue(), "image/png", sampler or Sampler(), uv)


def ramps(uv: int = 0) -> Texture:
    """Red grows with u, green with v."""
    level = (np.arange(SIZE) + 0.5) / SIZE * 255
    u, v = np.meshgrid(level, level)
    return texture(np.dstack([u, v, np.zeros_like(u)]), uv)


def plain(color: tuple[int, int, int], uv: int = 0) -> Texture:
    return texture(np.full((8, 8, 3), color), uv)


def sheet(steps: int = 8) -> tuple[Mesh, Floats]:
    """A square sheet with normals and UVs that fill 0…1, and these UVs."""
    x, y = np.meshgrid(np.linspace(0, 1, steps + 1), np.linspace(0, 1, steps + 1))
    flat = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    corner = np.arange((steps + 1) * steps).reshape(steps, steps + 1)[:, :-1].ravel()
    a, b, c, d = corner, corner + 1, corner + steps + 1, corner + steps + 2
    triangles = np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)]).astype(np.uint32)
    positions = np.column_stack([flat[:, 0], -flat[:, 1], np.zeros(len(flat))]).astype(np.float32)
    normals = np.tile(np.array([[0, 0, 1]], np.float32), (len(flat), 1))
    return Mesh(positions, triangles, normals=normals, uvs=flat), flat


def pixels_of(found: Texture | None) -> np.ndarray:
    assert found is not None
    assert found.uv == 0
    with Image.open(io.BytesIO(found.data)) as image:
        return np.asarray(image.convert("RGB")).astype(float)


def looked_up(found: Texture | None, uvs: Floats) -> np.ndarray:
    """Colours at UVs, away from the border of the texture."""
    pixels = pixels_of(found)
    column, row = (np.clip((uvs * pixels.shape[1::-1]).astype(int), 0, None) % pixels.shape[1]).T
    return pixels[np.minimum(row, len(pixels) - 1), np.minimum(column, pixels.shape[1] - 1)]


def test_one_mapping_is_left_alone() -> None:
    mesh, _ = sheet()
    model = Model((mesh,), (Material(base_color=ramps()),))
    assert bake_uv_sets(model) == (model, ())


def test_a_second_set_with_the_same_uvs_needs_no_baking() -> None:
    mesh, uvs = sheet()
    base, ao = ramps(), plain((90, 0, 0), 1)
    model = Model((replace(mesh, other_uvs=(uvs.copy(),)),), (Material(base_color=base, occlusion=ao),))
    baked, findings = bake_uv_sets(model)
    assert findings == ()
    assert baked.materials[0].base_color == base
    assert baked.materials[0].occlusion == replace(ao, uv=0)
    assert baked.meshes[0].other_uvs == ()


@pytest.mark.parametrize(
    "bend",
    [lambda uv: uv * 0.5 + 0.25, lambda uv: uv**2, lambda uv: np.column_stack([uv[:, 1], 1 - uv[:, 0]])],
)
def test_occlusion_on_a_second_set_is_where_it_was(bend: Callable[[Floats], Floats]) -> None:
    mesh, uvs = sheet(24)
    second = bend(uvs).astype(np.float32)
    base = plain((200, 100, 50))
    material = Material(base_color=base, occlusion=ramps(1))
    baked, findings = bake_uv_sets(Model((replace(mesh, other_uvs=(second,)),), (material,)))
    assert [f.code for f in findings] == ["UV_SETS_BAKED"]
    assert baked.materials[0].base_color == base
    (after,) = baked.meshes
    assert after.uvs is uvs
    # At the border a texture that repeats mixes with its other side.
    inside = (uvs > 0.15).all(axis=1) & (uvs < 0.97).all(axis=1)
    found = looked_up(baked.materials[0].occlusion, uvs[inside])[:, :2]
    assert np.abs(found - second[inside] * 255).max() < 6


def test_a_base_colour_that_repeats_is_baked_onto_the_set_that_does_not() -> None:
    mesh, uvs = sheet()
    folded = np.abs(uvs * 4 - 2).astype(np.float32)  # each texel is seen four times
    material = Material(base_color=ramps(), occlusion=plain((90, 0, 0), 1))
    baked, findings = bake_uv_sets(Model((replace(mesh, uvs=folded, other_uvs=(uvs,)),), (material,)))
    assert "do not overlap" in findings[0].message
    middle = np.array([[0.3, 0.3], [0.7, 0.45], [0.55, 0.9]], np.float32)
    want = np.abs(middle * 4 - 2) % 1 * 255
    assert np.abs(looked_up(baked.materials[0].base_color, middle)[:, :2] - want).max() < 8
    assert baked.meshes[0].uvs is uvs


def test_without_any_atlas_new_uvs_are_made() -> None:
    mesh, uvs = sheet()
    folded, other = np.abs(uvs * 4 - 2), np.abs(uvs * 6 - 3) ** 1.5
    material = Material(base_color=plain((200, 100, 50)), occlusion=plain((90, 0, 0), 1))
    model = Model(
        (replace(mesh, uvs=folded.astype(np.float32), other_uvs=(other.astype(np.float32),)),), (material,)
    )
    baked, findings = bake_uv_sets(model)
    assert "new UVs" in findings[0].message
    (after,), (made,) = baked.meshes, baked.materials
    assert after.uvs is not None
    assert (after.uvs.min(), after.uvs.max()) >= (0, 0)
    assert after.uvs.max() <= 1
    assert (
        np.abs(looked_up(made.base_color, after.uvs[after.triangles].mean(axis=1)) - (200, 100, 50)).max() < 2
    )


def test_a_normal_map_is_rotated_into_the_other_tangent_frame() -> None:
    """By KHR_texture_transform, a quarter turn: its u runs along v, so what leaned to +u leans to -y."""
    mesh, uvs = sheet()
    turned = np.column_stack([uvs[:, 1], -uvs[:, 0]]).astype(np.float32)
    leaning = plain((230, 128, 200), 1)
    mesh = replace(mesh, other_uvs=(turned,), tangents=np.zeros((len(uvs), 4), np.float32))
    material = Material(base_color=ramps(), normal=leaning)
    baked, _ = bake_uv_sets(Model((mesh,), (material,)))
    x, y, z = pixels_of(baked.materials[0].normal).mean(axis=(0, 1)) / 127.5 - 1
    assert abs(x) < 0.02
    assert y < -0.7
    assert z > 0.4
    assert baked.meshes[0].tangents is None


def test_scaled_base_colour_beside_a_plain_normal_map_is_resampled() -> None:
    mesh, uvs = sheet()
    angle = 0.5236
    linear = np.array([[np.cos(angle) * 2, np.sin(angle) * 1.5], [-np.sin(angle) * 2, np.cos(angle) * 1.5]])
    moved = (uvs @ linear.T + (0.25, 0.1)).astype(np.float32)
    normal = plain((128, 128, 255), 1)
    material = Material(base_color=ramps(), normal=normal)
    baked, findings = bake_uv_sets(Model((replace(mesh, uvs=moved, other_uvs=(uvs,)),), (material,)))
    assert "transforms" in findings[0].message
    assert baked.materials[0].normal == replace(normal, uv=0)
    spots = np.array([[0.2, 0.2], [0.6, 0.3], [0.35, 0.8]], np.float32)
    want = np.mod(spots @ linear.T + (0.25, 0.1), 1) * 255
    assert np.abs(looked_up(baked.materials[0].base_color, spots)[:, :2] - want).max() < 6
