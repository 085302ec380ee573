from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.geometry.proxy import build_proxy
from vitrine.gltf import Material, Mesh, Model
from vitrine.render.camera import fit_camera
from vitrine.render.metrics.image_metrics import silhouette_iou
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene

Make = Callable[..., Mesh]


def test_a_proxy_has_few_triangles_and_the_same_silhouette(make_sphere: Make) -> None:
    ball, small = make_sphere(160), make_sphere(60, radius=0.4, center=(0.9, 0.9, 0))
    model = Model((ball, small), (Material(), Material()))
    before = [mesh.positions.copy() for mesh in model.meshes]
    proxy = build_proxy(model, 6_000)
    assert 3_000 < proxy.triangle_count <= 6_000
    assert [mesh.material for mesh in proxy.meshes] == [mesh.material for mesh in model.meshes]
    assert sum(len(mesh.positions) for mesh in proxy.meshes) < 6_000
    camera = fit_camera(Scene(model).hull, yaw_deg=20, pitch_deg=10)
    masks = [render_image(Scene(each), camera, 96).mask for each in (model, proxy)]
    assert silhouette_iou(*masks) > 0.985
    assert all(np.array_equal(a, mesh.positions) for a, mesh in zip(before, model.meshes, strict=True))


def test_a_small_model_comes_back_as_it_is(make_sphere: Make) -> None:
    model = Model((make_sphere(8),))
    assert build_proxy(model, 10_000) is model
