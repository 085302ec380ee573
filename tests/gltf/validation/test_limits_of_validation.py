"""Files in which little stands for much end with what was found, in bounded time and memory."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from tests.gltf.validation.assets import animated, extended, textured, triangle
from vitrine.gltf import validate
from vitrine.gltf.validation.issue import MAX_ISSUES
from vitrine.recipe import ModelLimits


def test_many_accessors_of_the_same_bytes() -> None:
    asset = triangle()
    number = asset.accessor(np.zeros((1000, 3)))
    for _ in range(500):
        asset.doc["accessors"].append(dict(asset.doc["accessors"][number]))
    data = asset.pack()
    assert validate(data).valid
    issue = validate(data, limits=ModelLimits(accessor_bytes=5_000_000)).issues[-1]
    assert issue.code == "LIMIT_EXCEEDED"
    assert "limits.accessor_bytes in the recipe" in issue.message


def test_many_primitives_of_the_same_accessors() -> None:
    asset = animated()
    primitive = asset.doc["meshes"][0]["primitives"][0]
    asset.doc["meshes"][0]["primitives"] = [primitive] * 3000
    asset.patch(primitive["attributes"]["WEIGHTS_0"], "f4", 0, 0.25)
    asset.patch(primitive["attributes"]["NORMAL"], "f4", 2, 0.5)
    codes = [issue.code for issue in validate(asset.pack()).issues]
    assert codes.count("ACCESSOR_WEIGHTS_NON_NORMALIZED") == 3000
    assert codes.count("ACCESSOR_VECTOR3_NON_UNIT") == 3000


def test_too_many_values() -> None:
    data = json.dumps({"asset": {"version": "2.0"}, "extras": {"a": [1] * 5000}}).encode()
    assert validate(data).valid
    (issue,) = validate(data, limits=ModelLimits(document_values=1000)).issues
    assert (issue.code, issue.severity) == ("LIMIT_EXCEEDED", "error")


def test_more_issues_than_are_kept() -> None:
    nodes = [{"foo": 1, "mesh": 3}] * (MAX_ISSUES + 10)
    report = validate(json.dumps({"asset": {"version": "2.0"}, "nodes": nodes}).encode())
    assert report.truncated
    assert report.counts() == {"error": MAX_ISSUES, "warning": MAX_ISSUES, "info": MAX_ISSUES, "hint": 0}


def test_a_deep_chain_with_a_skin_on_every_node() -> None:
    asset = animated()
    first = len(asset.doc["nodes"])
    asset.doc["nodes"] += [{"children": [first + n + 1]} for n in range(50_000)] + [{"camera": 0}]
    asset.doc["scenes"][0]["nodes"].append(first)
    asset.doc["skins"] += [
        {"joints": list(range(first + n, first + n + 300))} for n in range(0, 40_000, 1000)
    ]
    codes = {issue.code for issue in validate(asset.pack()).issues}
    assert codes == {"UNUSED_OBJECT"}


def test_skins_of_nodes_in_a_loop() -> None:
    asset = animated()
    first = len(asset.doc["nodes"])
    asset.doc["nodes"] += [{"children": [first + (n + 1) % 500]} for n in range(500)]
    asset.doc["skins"].append({"joints": list(range(first, first + 500)), "skeleton": first + 3})
    codes = [issue.code for issue in validate(asset.pack()).issues]
    assert codes.count("NODE_LOOP") == 500
    assert "SKIN_SKELETON_INVALID" not in codes


@pytest.mark.parametrize("seed", range(4))
def test_no_bytes_raise(seed: int) -> None:
    rng = random.Random(seed)
    valid = [make().pack() for make in (triangle, textured, animated, extended)]
    for _ in range(60):
        data = bytearray(rng.choice(valid))
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        validate(bytes(data[: rng.randrange(len(data))] if rng.random() < 0.2 else data))
        # Damage to the text alone often leaves JSON that parses.
        start, end = 20, 20 + int.from_bytes(data[12:16], "little") % len(data)
        for _ in range(3):
            data[rng.randrange(start, max(end, start + 1)) % len(data)] = rng.choice(b'0123456789-[]{},"tf')
        validate(bytes(data[start:end]))
