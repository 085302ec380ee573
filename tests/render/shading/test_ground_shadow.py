from __future__ import annotations

import numpy as np

from vitrine.render.camera import Camera, fit_camera
from vitrine.render.scene import Scene
from vitrine.render.shading.ground_shadow import ground_shadow
from vitrine.render.shading.studio import Studio


def looking_down(scene: Scene) -> tuple[Camera, Studio]:
    camera = fit_camera(scene.positions, yaw_deg=0, pitch_deg=50, margin=0.3)
    return camera, Studio.around(camera)


def test_the_ground_is_dark_under_a_table_and_clear_far_away(box):
    scene = Scene(box((-1, 0.15, -1), (1, 0.3, 1)))
    scene.bounds_min[1] = 0  # it stands on legs too thin to draw
    camera, studio = looking_down(scene)
    shadow = ground_shadow(scene, camera, studio, 128)
    spot = camera.project(np.zeros((1, 3), np.float32))[0]
    y, x = int((1 - spot[1]) * 64), int((1 + spot[0]) * 64)
    assert shadow[y, x] > 0.45
    assert shadow.max() <= 0.8
    for edge in (shadow[0], shadow[-1], shadow[:, 0], shadow[:, -1]):
        assert edge.max() < 0.01


def test_no_shadow_above_the_horizon(box):
    scene = Scene(box())
    camera = fit_camera(scene.positions, yaw_deg=0, pitch_deg=5, fov_deg=60)
    shadow = ground_shadow(scene, camera, Studio.around(camera), 64)
    assert shadow[:20].max() == 0
    assert shadow.max() > 0.1
