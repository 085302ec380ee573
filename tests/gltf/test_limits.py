"""Models that stand for far more than their bytes end in one named error, before memory is taken."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.hostile_models import MODELS, packed, png, textured
from vitrine.errors import LimitExceeded, ModelError
from vitrine.gltf import check_usable, read_glb
from vitrine.recipe import ModelLimits

LIMITS = {
    "accessor-without-view": "accessor_bytes",
    "accessor-sparse": "accessor_bytes",
    "accessor-of-1e30-elements": "accessor_bytes",
    "texture-13312": "texture_pixels",
    "textures-8192-many": "all_texture_pixels",
    "nodes-200000-deep": "objects",
    "nodes-50000-deep": "node_depth",
    "nodes-300000-with-a-mesh": "objects",
    "nodes-90000-with-a-mesh": "draw_calls",
    "nodes-90000-hidden": "draw_calls",
    "instances-300000": "instances",
    "instances-2000000000": "accessor_bytes",
    "primitives-sharing-vertices": "vertices",
    "meshopt-4-GB": "accessor_bytes",
    "meshopt-indices-3-GB": "accessor_bytes",
    "draco-4-billion-faces": "triangles",
    "draco-sequential": "triangles",
    "draco-old-version": "triangles",
    "json-of-5000000-objects": "document_values",
}
"""The limit that each of them exceeds; the others are broken"""


LATER = ("image-cut-short", "positions-of-1e38")
"""Read, and refused when the image is decoded or the mesh repaired."""


@pytest.mark.parametrize("name", [name for name in MODELS if name not in LATER])
def test_a_hostile_model_ends_in_one_named_error(name: str) -> None:
    data = MODELS[name]()
    with pytest.raises(ModelError) as caught:
        read_glb(data)
    if name in LIMITS:
        assert isinstance(caught.value, LimitExceeded), caught.value
        assert f"limits.{LIMITS[name]} in the recipe" in str(caught.value)
        assert caught.value.measured > caught.value.limit


@pytest.mark.parametrize("name", ["accessor-without-view", "texture-13312", "json-of-5000000-objects"])
def test_the_check_reports_the_limit(name: str) -> None:
    report = check_usable(MODELS[name]())
    assert [f.code for f in report.findings if f.severity == "error"] == ["LIMIT_EXCEEDED"]


def test_each_limit_can_be_raised() -> None:
    data = textured(png(64, 32))
    assert read_glb(data).materials[0].base_color is not None
    with pytest.raises(
        LimitExceeded, match=r"images/0 \(64 × 32\) has too many pixels: 2,048, the limit is 2,000"
    ):
        read_glb(data, ModelLimits(texture_pixels=2000))
    nodes = [*({"children": [n + 1]} for n in range(3000)), {"mesh": 0}]
    with pytest.raises(LimitExceeded, match="2,001, the limit is 2,000"):
        read_glb(packed(nodes=nodes))
    assert read_glb(packed(nodes=nodes), ModelLimits(node_depth=4000)).triangle_count == 1
    assert read_glb(packed(nodes=nodes), limits=None).triangle_count == 1


def test_matrices_of_a_level_are_products_in_the_order_of_the_tree() -> None:
    random = np.random.default_rng(7)
    nodes, children = [], random.permutation(np.arange(1, 40)).reshape(13, 3)
    for number in range(40):
        rotation = random.normal(size=4)
        node = {"rotation": rotation.tolist(), "translation": random.normal(size=3).tolist()}
        nodes.append(node | {"mesh": 0} if number else node)
    order, parents = [0], {}
    for row in children:
        parent = order[len(parents) // 3]
        nodes[parent]["children"] = row.tolist()
        parents |= dict.fromkeys(row.tolist(), parent)
        order += row.tolist()
    model = read_glb(packed(nodes=nodes))
    assert len(model.meshes) == 39
    alone = []
    for number in range(1, 40):
        chain = [number]
        while chain[0] != 0:
            chain.insert(0, parents[chain[0]])
        line = [{k: v for k, v in nodes[n].items() if k != "children"} for n in chain]
        for at, node in enumerate(line[:-1]):
            node.pop("mesh", None)
            node["children"] = [at + 1]
        alone.append(read_glb(packed(nodes=line)).meshes[0].positions.tobytes())
    assert sorted(alone) == sorted(mesh.positions.tobytes() for mesh in model.meshes)
