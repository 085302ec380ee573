from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Model
from vitrine.render.rays.intersect import intersect
from vitrine.render.rays.surface_hit import SurfaceHit, interpolate
from vitrine.render.scene import Scene

DOWN = np.array([[0, 0, -1]], np.float32)


def hit_at(scene: Scene, x: float, y: float, direction: np.ndarray = DOWN) -> SurfaceHit:
    origin = np.array([[x, y, 0]], np.float32) - 3 * direction
    return interpolate(scene, intersect(scene, origin, direction), direction)


def test_position_and_uv_are_interpolated(square):
    hit = hit_at(Scene(square(z=0.5)), 0.5, -0.25)
    np.testing.assert_allclose(hit.position, [[0.5, -0.25, 0.5]], atol=1e-6)
    np.testing.assert_allclose(hit.uv, [[0.75, 0.625]], atol=1e-6)
    # The square is 2 m wide and shows the whole texture.
    assert hit.uv_per_m[0] == pytest.approx(0.5)


def test_normals_face_the_viewer_from_both_sides(square):
    for direction in (DOWN, -DOWN):
        hit = hit_at(Scene(square()), 0.1, 0.2, direction)
        np.testing.assert_allclose(hit.flat_normal, -direction, atol=1e-6)
        np.testing.assert_allclose(hit.normal, -direction, atol=1e-6)


def test_smooth_normals_are_interpolated_and_have_unit_length(square):
    mesh = square().meshes[0]
    normals = np.array([[-0.6, 0, 0.8], [0.6, 0, 0.8], [0.6, 0, 0.8], [-0.6, 0, 0.8]], np.float32)
    scene = Scene(Model((dataclasses.replace(mesh, normals=normals),)))
    np.testing.assert_allclose(hit_at(scene, 0.0, 0.0).normal, [[0, 0, 1]], atol=1e-6)
    np.testing.assert_allclose(hit_at(scene, 0.99, 0.0).normal, [[0.6, 0, 0.8]], atol=0.01)


def test_a_slanted_surface_has_a_larger_footprint(square):
    slanted = np.array([[0, 0.8, -0.6]], np.float32)
    hit = hit_at(Scene(square()), 0.1, 0.2, slanted)
    assert hit.uv_per_m[0] == pytest.approx(0.5 / 0.6**0.5, rel=1e-4)
