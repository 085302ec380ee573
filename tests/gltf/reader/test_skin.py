from __future__ import annotations

from typing import Any

import numpy as np

from vitrine.gltf import read_glb

TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_vertices_follow_their_joints(glb: Any, corners: Any) -> None:
    joints = glb.accessor([[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]], "u1")
    weights = glb.accessor([[1, 0, 0, 0], [1, 0, 0, 0], [0.5, 0.5, 0, 0]])
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2], JOINTS_0=joints, WEIGHTS_0=weights))
    inverse = np.stack([np.eye(4), np.eye(4)])
    inverse[1][3, 0] = -1  # columns: joint 1 was bound at x = 1
    bind = glb.accessor(inverse.reshape(2, 16))
    glb.json |= {
        "nodes": [
            {"mesh": 0, "skin": 0, "translation": [99, 99, 99]},
            {"translation": [0, 0, 0]},
            {"translation": [1, 0, 2]},
        ],
        "scenes": [{"nodes": [0, 1, 2]}],
        "skins": [{"joints": [1, 2], "inverseBindMatrices": bind}],
    }
    assert corners(read_glb(glb.pack())) == [[[0, 0, 0], [1, 0, 2], [0, 1, 1]]]
