"""Small files, each with what one rule is about: name -> (bytes of the file, files beside it)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.gltf.validation.assets import (
    BIN_CHUNK,
    JSON_CHUNK,
    Asset,
    glb,
)

Files = dict[str, tuple[bytes, dict[str, bytes]]]
NAN, INF = float("nan"), float("inf")
DATA_URI = "data:application/octet-stream;base64,"


def _json(document: Any) -> bytes:
    text = json.dumps(document).encode()
    return text + b" " * (-len(text) % 4)


SMALL = _json({"asset": {"version": "2.0"}, "unknown": 1})
WITH_BUFFER = _json({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 4}]})


def containers() -> dict[str, bytes]:
    """GLB headers and chunks, and texts that are no JSON."""
    text = (JSON_CHUNK, SMALL)
    data = (BIN_CHUNK, b"abcd")
    whole = glb([text])
    return {
        "glb/good": whole,
        "glb/header-cut": whole[:7],
        "glb/header-only": whole[:12],
        "glb/chunk-header-cut": whole[:16],
        "glb/json-cut": whole[:30],
        "glb/magic": glb([text], magic=b"glTX"),
        "glb/version-1": glb([text], version=1),
        "glb/version-3": glb([text], version=3),
        "glb/length-too-small": glb([text], length=8),
        "glb/length-short": glb([text], length=20),
        "glb/length-long": glb([text], length=4000),
        "glb/extra-data": whole + b"12345678",
        "glb/extra-bytes": whole + b"1",
        "glb/half-a-chunk-header": glb([text], length=len(whole) + 4) + b"1234",
        "glb/chunk-unaligned": glb([(JSON_CHUNK, SMALL.strip() + b" ")]),
        "glb/bin-unaligned": glb([(JSON_CHUNK, WITH_BUFFER), (BIN_CHUNK, b"abcde")]),
        "glb/chunk-too-big": glb([(JSON_CHUNK, WITH_BUFFER), data], sizes={1: 400}),
        "glb/json-too-big": glb([text], sizes={0: 4000}),
        "glb/first-chunk-bin": glb([data, text]),
        "glb/first-chunk-unknown": glb([(7, b"abcd"), text]),
        "glb/unknown-chunk": glb([text, (0x12345678, b"abcd")]),
        "glb/unknown-before-bin": glb([text, (7, b"abcd"), data]),
        "glb/json-twice": glb([text, text]),
        "glb/bin-twice": glb([(JSON_CHUNK, WITH_BUFFER), data, data]),
        "glb/json-empty": glb([(JSON_CHUNK, b"")]),
        "glb/json-empty-then-bin": glb([(JSON_CHUNK, b""), data]),
        "glb/bin-empty": glb([text, (BIN_CHUNK, b"")]),
        "glb/bin-empty-with-buffer": glb([(JSON_CHUNK, WITH_BUFFER), (BIN_CHUNK, b"")]),
        "glb/bin-empty-then-unknown": glb([text, (BIN_CHUNK, b""), (7, b"abcd")]),
        "glb/only-bin": glb([data]),
        "glb/json-broken": glb([(JSON_CHUNK, b"{bad")]),
        "glb/json-broken-bin-cut": glb([(JSON_CHUNK, b"{bad"), data], sizes={1: 8}),
        "glb/padded-with-zeros": glb([(JSON_CHUNK, SMALL.strip() + b"\0\0")]),
        "json/nan": b'{"asset":{"version":"2.0"},"extras":{"a":NaN}}',
        "json/infinity": b'{"asset":{"version":"2.0"},"extras":{"a":-Infinity}}',
        "json/utf-8": b'{"asset":{"version":"2.0","generator":"\xff"}}',
        "json/utf-16": '{"asset":{"version":"2.0"}}'.encode("utf-16-le"),
        "json/byte-order-mark": b"\xef\xbb\xbf" + SMALL,
        "json/byte-order-mark-glb": glb([(JSON_CHUNK, b"\xef\xbb\xbf" + SMALL + b" ")]),
        "json/trailing": SMALL + b"x",
        "json/comma": b'{"asset":{"version":"2.0"},}',
        "json/comment": b'{"asset":{"version":"2.0"}} // 1',
        "json/quotes": b"{'asset':{'version':'2.0'}}",
        "json/control-character": b'{"asset":{"version":"2.0","generator":"\n"}}',
        "json/cut": SMALL[:20],
        "json/list": b" [1]",
        "json/string": b' "asset"',
        "json/number": b"\n17",
        "json/null": b"\tnull",
        "json/duplicate-key": b'{"asset":{"version":"1.0"},"asset":{"version":"2.0"}}',
        "json/duplicate-key-wrong-last": b'{"asset":{"version":"2.0"},"asset":{"version":"1.0"}}',
        "json/surrogate": b'{"asset":{"version":"2.0","generator":"\\ud800"}}',
        "json/large-integer": b'{"asset":{"version":"2.0"},"scene":123456789012345678901234567890}',
        "json/nested": b'{"asset":{"version":"2.0"},"extras":' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}",
        "json/spaces": b"\r\n \t" + SMALL,
    }


def documents() -> dict[str, Any]:
    """Documents without bytes."""
    good = {"version": "2.0"}
    versions = ("1.0", "3.0", "2.1", "2.99", "2", "2.0.0", "v2.0", " 2.0", "02.0", "", 2.0, 2, None)
    cases: dict[str, Any] = {f"version/{version!r}": {"asset": {"version": version}} for version in versions}
    minimums = ("2.0", "2.1", "1.9", "3.0", "x", "2", 2)
    for minimum in minimums:
        cases[f"min-version/{minimum!r}"] = {"asset": good | {"minVersion": minimum}}
    cases |= {
        "asset/none": {},
        "asset/null": {"asset": None},
        "asset/list": {"asset": []},
        "asset/empty": {"asset": {}},
        "asset/extension": {"asset": good | {"extensions": {"ACME_a": {}}}},
        "extensions/required-only": {"asset": good, "extensionsRequired": ["ACME_a"]},
        "extensions/required-unused": {
            "asset": good,
            "extensionsUsed": ["ACME_a"],
            "extensionsRequired": ["ACME_b"],
        },
        "extensions/unsupported": {"asset": good, "extensionsUsed": ["ACME_a", "KHR_draco_mesh_compression"]},
        "extensions/names": {"asset": good, "extensionsUsed": ["acme_a", "ACME", "ACME-a_b", "A_", "9_x"]},
        "extensions/duplicate": {"asset": good, "extensionsUsed": ["ACME_a", "ACME_a"]},
        "extensions/empty-list": {"asset": good, "extensionsUsed": []},
        "extensions/wrong-items": {"asset": good, "extensionsUsed": ["ACME_a", 5]},
        "extensions/quantization-optional": {"asset": good, "extensionsUsed": ["KHR_mesh_quantization"]},
        "extensions/undeclared": {"asset": good, "extensions": {"ACME_a": {}}},
        "extensions/wrong-value": {"asset": good, "extensionsUsed": ["ACME_a"], "extensions": {"ACME_a": 5}},
        "extensions/wrong-place": {
            "asset": good,
            "extensionsUsed": ["KHR_materials_unlit"],
            "extensions": {"KHR_materials_unlit": {}},
        },
        "extensions/null": {"asset": good, "extensions": None},
        "extensions/pointer-escapes": {"asset": good, "extensions": {"A/b~c": {}}},
        "lists/empty": {"asset": good, "nodes": [], "meshes": []},
        "lists/objects": {"asset": good, "nodes": {}, "materials": 5},
        "lists/items": {"asset": good, "materials": [{}, 5, None, []]},
        "scene/missing": {"asset": good, "scene": 0},
        "scene/second": {"asset": good, "scene": 1, "scenes": [{}]},
        "extras/number": {"asset": good, "extras": 5},
        "extras/null": {"asset": good, "extras": None},
        "buffer/unused": {"asset": good, "buffers": [{"byteLength": 4}]},
        "buffer/no-length": {"asset": good, "buffers": [{}]},
        "nodes/loop-1": {"asset": good, "nodes": [{"children": [0]}]},
        "nodes/loop-2": {"asset": good, "nodes": [{"children": [1]}, {"children": [0]}]},
        "nodes/loop-below": {
            "asset": good,
            "nodes": [{"children": [1]}, {"children": [2]}, {"children": [1]}, {"children": [0]}],
        },
        "nodes/two-parents": {"asset": good, "nodes": [{"children": [2]}, {"children": [2]}, {"name": "x"}]},
        "nodes/child-twice": {"asset": good, "nodes": [{"children": [1, 1]}, {}]},
        "nodes/child-missing": {"asset": good, "nodes": [{"children": [5]}]},
        "nodes/empty": {"asset": good, "nodes": [{}, {"extras": {}}, {"extensions": {}}]},
        "scene/child": {"asset": good, "nodes": [{"children": [1]}, {}], "scenes": [{"nodes": [0, 1]}]},
        "scene/node-missing": {"asset": good, "scenes": [{"nodes": [3]}]},
        "scene/node-twice": {"asset": good, "nodes": [{}], "scenes": [{"nodes": [0, 0]}]},
        "scene/nodes-empty": {"asset": good, "scenes": [{"nodes": []}]},
    }
    return cases


def cameras() -> Iterator[tuple[str, Any]]:
    """Cameras with limits that are wrong."""
    perspective = {"yfov": 1, "znear": 0.1, "zfar": 9, "aspectRatio": 1}
    orthographic = {"xmag": 1, "ymag": 1, "znear": 0, "zfar": 9}
    for name, change in {
        "yfov-pi": {"yfov": 3.15},
        "yfov-0": {"yfov": 0},
        "far-below": {"zfar": 0.05},
        "near-0": {"znear": 0},
        "aspect-0": {"aspectRatio": 0},
        "text": {"yfov": "1"},
    }.items():
        yield f"camera/perspective-{name}", {"type": "perspective", "perspective": perspective | change}
    for name, change in {
        "xmag-0": {"xmag": 0},
        "ymag-negative": {"ymag": -1},
        "near-negative": {"znear": -1},
        "far-0": {"zfar": 0},
        "far-equal": {"znear": 9},
    }.items():
        yield f"camera/orthographic-{name}", {"type": "orthographic", "orthographic": orthographic | change}
    yield "camera/both", {"type": "perspective", "perspective": perspective, "orthographic": orthographic}
    yield "camera/other-type", {"type": "fisheye"}
    yield "camera/missing", {"type": "perspective"}
    yield "camera/other-object", {"type": "perspective", "orthographic": orthographic}


Change = Callable[[Asset], Any]


def _primitive(asset: Asset) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["meshes"][0]["primitives"][0]
    return found


def _attribute(asset: Asset, name: str) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["accessors"][_primitive(asset)["attributes"][name]]
    return found


def _view(asset: Asset, name: str) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["bufferViews"][_attribute(asset, name)["bufferView"]]
    return found


def _patch(name: str, dtype: str, place: int, value: Any) -> Change:
    return lambda a: a.patch(_primitive(a)["attributes"][name], dtype, place, value)


def _index(place: int, value: int) -> Change:
    return lambda a: a.patch(_primitive(a)["indices"], "u2", place, value)


def _set(path: str, value: Any) -> Change:
    """Set a property of the document by its path."""

    def change(asset: Asset) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        target: Any = asset.doc
        for part in parents:
            target = target[part]
        if isinstance(target, list) and isinstance(last, int) and last == len(target):
            target.append(value)
        else:
            target[last] = value

    return change


def _drop(path: str) -> Change:
    def change(asset: Asset) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        target: Any = asset.doc
        for part in parents:
            target = target[part]
        del target[last]

    return change


def _several(*changes: Change) -> Change:
    def change(asset: Asset) -> None:
        for each in changes:
            each(asset)

    return change
