from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vitrine.errors import ModelError
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


def _bent(glb: Any, weights: Any, joint: int = 1) -> bytes:
    """A triangle whose corners name the joints 0 and `joint`; joint 1 is moved by 1 m along x."""
    joints = glb.accessor([[0, joint, 0, 0]] * 3, "u1")
    glb.mesh(glb.primitive(TRIANGLE, [0, 1, 2], JOINTS_0=joints, WEIGHTS_0=glb.accessor(weights)))
    glb.json |= {
        "nodes": [{"mesh": 0, "skin": 0}, {}, {"translation": [1, 0, 0]}],
        "scenes": [{"nodes": [0, 1, 2]}],
        "skins": [{"joints": [1, 2]}],
    }
    packed: bytes = glb.pack()
    return packed


def test_weights_of_any_sum_are_normalised(glb: Any, corners: Any) -> None:
    data = _bent(glb, [[0.25, 0.25, 0, 0], [2, 0, 0, 0], [0, 0.1, 0, 0]])
    assert corners(read_glb(data)) == [[[0.5, 0, 0], [1, 0, 0], [1, 1, 0]]]


def test_vertices_without_weight_follow_the_first_joint(glb: Any, corners: Any) -> None:
    model = read_glb(_bent(glb, [[0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]]))
    assert corners(model) == [[[0, 0, 0], [2, 0, 0], [1, 1, 0]]]
    assert [found.code for found in model.findings] == ["SKIN_WEIGHTS_MISSING"]


def test_a_joint_beyond_the_skin_counts_only_with_a_weight(glb: Any, corners: Any) -> None:
    assert corners(read_glb(_bent(glb, [[1, 0, 0, 0]] * 3, joint=9))) == [TRIANGLE]


def test_a_weighted_joint_beyond_the_skin_is_named(glb: Any) -> None:
    with pytest.raises(ModelError, match="names joint 9, the skin has 2"):
        read_glb(_bent(glb, [[0.5, 0.5, 0, 0]] * 3, joint=9))
