"""Small files, each with what one rule is about: name -> (bytes of the file, files beside it)."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.gltf.validation.assets import (
    BIN_CHUNK,
    JSON_CHUNK,
    Asset,
    animated,
    extended,
    glb,
    png,
    quantized,
    textured,
    triangle,
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


def _attributes(**names: Any) -> Change:
    """Set attributes to accessors by number; `None` removes one."""

    def change(asset: Asset) -> None:
        attributes = _primitive(asset)["attributes"]
        for name, value in names.items():
            if value is None:
                attributes.pop(name, None)
            else:
                attributes[name] = value

    return change


def _replace(name: str, values: Any, dtype: str = "f4", kind: str = "VEC3", **more: Any) -> Change:
    """Give an attribute another accessor."""
    return lambda a: _attributes(**{name: a.accessor(values, dtype, kind, **more)})(a)


def _indexed(values: Any, dtype: str = "u2", kind: str = "SCALAR", **more: Any) -> Change:
    return lambda a: _primitive(a).update(indices=a.accessor(values, dtype, kind, 34963, **more))


def _accessor(name: str, **properties: Any) -> Change:
    return lambda a: _attribute(a, name).update(properties)


def _at_view(name: str, **properties: Any) -> Change:
    return lambda a: _view(a, name).update(properties)


def _image(data: bytes, media_type: str = "image/png", **more: Any) -> Change:
    """Give the image other bytes."""

    def change(asset: Asset) -> None:
        asset.doc["images"][0] = {"bufferView": asset.view(data), "mimeType": media_type} | more

    return change


def _png_chunk(name: bytes, content: bytes) -> bytes:
    """A PNG with another chunk before its pixels."""
    data = png()
    place = data.index(b"IDAT") - 4
    return data[:place] + struct.pack(">I", len(content)) + name + content + b"\0\0\0\0" + data[place:]


TRIANGLE: dict[str, Change] = {
    "good": lambda _: None,
    "index-out-of-range": _index(2, 3),
    "index-far-out-of-range": _index(0, 60000),
    "index-restart": _index(1, 65535),
    "index-degenerate": _index(2, 0),
    "indices-u1": _indexed([0, 1, 2], "u1"),
    "indices-u4": _indexed([0, 1, 2], "u4"),
    "indices-u4-restart": _indexed([0, 1, 4294967295], "u4"),
    "indices-u1-restart": _indexed([0, 1, 255], "u1"),
    "indices-i2": _indexed([0, 1, 2], "i2"),
    "indices-f4": _indexed([0, 1, 2], "f4"),
    "indices-vec3": _indexed([[0, 1, 2]], "u2", "VEC3"),
    "indices-normalized": _indexed([0, 1, 2], "u2", normalized=True),
    "indices-missing": _set("meshes/0/primitives/0/indices", 99),
    "indices-share-positions": _set("meshes/0/primitives/0/indices", 0),
    "indices-stride": lambda a: a.doc["bufferViews"][2].update(byteStride=4),
    "indices-count-4": _indexed([0, 1, 2, 0]),
    "indices-count-2": _indexed([0, 1]),
    "indices-degenerate-all": _indexed([0] * 6),
    "no-indices": _drop("meshes/0/primitives/0/indices"),
    "no-target": _several(*(_drop(f"bufferViews/{n}/target") for n in range(3))),
    "target-swapped": _several(_set("bufferViews/0/target", 34963), _set("bufferViews/2/target", 34962)),
    "target-other": _set("bufferViews/0/target", 5),
    "mode-points": _set("meshes/0/primitives/0/mode", 0),
    "mode-lines-odd": _set("meshes/0/primitives/0/mode", 1),
    "mode-loop": _set("meshes/0/primitives/0/mode", 2),
    "mode-strip-1": _several(_set("meshes/0/primitives/0/mode", 3), _indexed([0])),
    "mode-triangle-strip-2": _several(_set("meshes/0/primitives/0/mode", 5), _indexed([0, 1])),
    "mode-fan": _set("meshes/0/primitives/0/mode", 6),
    "mode-7": _set("meshes/0/primitives/0/mode", 7),
    "position-none": _attributes(POSITION=None),
    "position-no-bounds": lambda a: [_attribute(a, "POSITION").pop(name) for name in ("min", "max")],
    "position-no-max": lambda a: _attribute(a, "POSITION").pop("max"),
    "position-vec2": _replace("POSITION", [[0, 0]] * 3, kind="VEC2"),
    "position-u2": _replace("POSITION", [[0, 0, 0, 0]] * 3, "u2", "VEC4"),
    "position-u4": _replace("POSITION", [[0, 0, 0]] * 3, "u4"),
    "position-nan": _patch("POSITION", "f4", 4, NAN),
    "position-nan-first": _patch("POSITION", "f4", 0, NAN),
    "position-nan-signaling": _patch("POSITION", "u4", 4, 0x7FA00001),
    "position-infinity": _patch("POSITION", "f4", 8, INF),
    "min-wrong": _accessor("POSITION", min=[-1, 0, 0]),
    "min-above": _accessor("POSITION", min=[0.5, 0, 0]),
    "max-wrong": _accessor("POSITION", max=[1, 2, 0]),
    "max-below": _accessor("POSITION", max=[1, 0.5, 0]),
    "max-rounded": _accessor("POSITION", max=[1.00000001, 1, 0]),
    "min-length": _accessor("POSITION", min=[0, 0]),
    "min-empty": _accessor("POSITION", min=[]),
    "min-text": _accessor("POSITION", min=["0", 0, 0]),
    "min-null": _accessor("POSITION", min=None),
    "index-min-float": lambda a: a.doc["accessors"][2].update(min=[0.5]),
    "index-max-wrong": lambda a: a.doc["accessors"][2].update(max=[1]),
    "index-max-range": lambda a: a.doc["accessors"][2].update(max=[70000]),
    "normal-zero": _patch("NORMAL", "f4", 2, 0),
    "normal-long": _patch("NORMAL", "f4", 5, 1.1),
    "normal-slightly-long": _patch("NORMAL", "f4", 5, 1.006),
    "normal-nan": _patch("NORMAL", "f4", 2, NAN),
    "normal-count": _replace("NORMAL", [[0, 0, 1]] * 4),
    "normal-missing": _attributes(NORMAL=99),
    "normal-negative": _attributes(NORMAL=-1),
    "normal-float": _attributes(NORMAL=1.0),
    "attributes-empty": _set("meshes/0/primitives/0/attributes", {}),
    "attribute-unknown": _attributes(FOO=1),
    "attribute-lower-case": _attributes(normal=1),
    "attribute-custom": _attributes(_FOO=1),
    "attribute-custom-u4": lambda a: _attributes(_FOO=a.accessor([1, 2, 3], "u4", "SCALAR"))(a),
    "attribute-unaligned": lambda a: _attributes(_FOO=a.accessor([1, 2, 3], "u1", "SCALAR"))(a),
    "attribute-numbers": _attributes(TEXCOORD=1, TEXCOORD_01=1, TEXCOORD_a=1, COLOR_=1, COLOR_0_1=1),
    "texcoord-gap": lambda a: _attributes(TEXCOORD_1=a.accessor([[0, 0]] * 3, kind="VEC2"))(a),
    "texcoord-unused": _replace("TEXCOORD_0", [[0, 0]] * 3, kind="VEC2"),
    "color-u2": _replace("COLOR_0", [[0, 0, 0, 9]] * 3, "u2", "VEC4", normalized=True),
    "color-not-normalized": _replace("COLOR_0", [[0, 0, 0, 9]] * 3, "u2", "VEC4"),
    "color-above-1": _replace("COLOR_0", [[0, 2, 0, 1]] * 3, kind="VEC4"),
    "color-below-0": _replace("COLOR_0", [[0, -1, 0]] * 3),
    "color-gap": _replace("COLOR_2", [[0, 1, 0]] * 3),
    "joints-without-weights": _replace("JOINTS_0", [[0, 0, 0, 0]] * 3, "u1", "VEC4"),
    "weights-without-joints": _replace("WEIGHTS_0", [[1, 0, 0, 0]] * 3, kind="VEC4"),
    "joints-without-skin": _several(
        _replace("JOINTS_0", [[0, 0, 0, 0]] * 3, "u1", "VEC4"),
        _replace("WEIGHTS_0", [[1, 0, 0, 0]] * 3, kind="VEC4"),
    ),
    "tangent-without-normal": _several(
        _replace("TANGENT", [[1, 0, 0, 1]] * 3, kind="VEC4"), _attributes(NORMAL=None)
    ),
    "tangent-unused": _replace("TANGENT", [[1, 0, 0, 1]] * 3, kind="VEC4"),
    "view-too-long": _at_view("NORMAL", byteLength=4000),
    "view-offset-too-long": _at_view("NORMAL", byteOffset=4000),
    "view-short": _at_view("NORMAL", byteLength=20),
    "view-length-0": _at_view("NORMAL", byteLength=0),
    "view-buffer-missing": _at_view("NORMAL", buffer=5),
    "view-stride-small": _at_view("NORMAL", byteStride=8),
    "view-stride-odd": _at_view("NORMAL", byteStride=14),
    "view-stride-2": _at_view("NORMAL", byteStride=2),
    "view-stride-256": _at_view("NORMAL", byteStride=256),
    "view-stride-above-length": _at_view("NORMAL", byteStride=40),
    "view-stride-of-indices": lambda a: a.doc["bufferViews"][2].update(byteStride=4),
    "view-unused": lambda a: a.view(b"abcd"),
    "view-shared": _accessor("NORMAL", bufferView=0),
    "view-missing": _accessor("NORMAL", bufferView=9),
    "accessor-offset": _accessor("NORMAL", byteOffset=4),
    "accessor-offset-odd": _accessor("NORMAL", byteOffset=2),
    "accessor-offset-large": _accessor("NORMAL", byteOffset=400),
    "accessor-offset-without-view": lambda a: [
        _attribute(a, "NORMAL").update(byteOffset=0),
        _attribute(a, "NORMAL").pop("bufferView"),
    ],
    "accessor-without-view": lambda a: _attribute(a, "NORMAL").pop("bufferView"),
    "accessor-count-0": _accessor("NORMAL", count=0),
    "accessor-count-large": _accessor("NORMAL", count=10**12),
    "accessor-component-type": _accessor("NORMAL", componentType=5124),
    "accessor-type": _accessor("NORMAL", type="VEC5"),
    "accessor-normalized-float": _accessor("NORMAL", normalized=True),
    "accessor-unused": lambda a: a.accessor([1, 2], kind="SCALAR", target=None),
    "view-odd-offset": _at_view("NORMAL", byteOffset=38, byteLength=34),
    "buffer-too-short": lambda a: [a.text(), a.bin.extend(b"abcdefgh")],
    "buffer-too-long": lambda a: [a.text(), a.doc["buffers"][0].update(byteLength=4000)],
    "buffer-no-bytes": lambda a: [a.text(), a.bin.clear()],
    "buffer-second": lambda a: [a.text(), a.doc["buffers"].append({"byteLength": 4})],
    "target-normal": lambda a: _primitive(a).update(targets=[{"NORMAL": 1}]),
    "target-no-base": lambda a: _primitive(a).update(targets=[{"TANGENT": 1}]),
    "target-count": lambda a: _primitive(a).update(targets=[{"NORMAL": a.accessor([[0, 0, 1]] * 2)}]),
    "target-position-no-bounds": lambda a: [
        _primitive(a).update(targets=[{"POSITION": a.accessor([[0, 0, 1]] * 3)}]),
        [a.doc["accessors"][-1].pop(name) for name in ("min", "max")],
    ],
    "target-format": lambda a: _primitive(a).update(targets=[{"NORMAL": 2}]),
    "target-name": lambda a: _primitive(a).update(targets=[{"JOINTS_0": 1, "FOO": 1, "_BAR": 1}]),
    "target-empty": lambda a: _primitive(a).update(targets=[{}]),
    "targets-empty": lambda a: _primitive(a).update(targets=[]),
    "targets-unequal": lambda a: [
        a.doc["meshes"][0]["primitives"].append(dict(_primitive(a))),
        _primitive(a).update(targets=[{"NORMAL": 1}]),
    ],
    "targets-unequal-second": lambda a: a.doc["meshes"][0]["primitives"].append(
        _primitive(a) | {"targets": [{"NORMAL": 1}]}
    ),
    "weights-without-targets": _set("meshes/0/weights", [1, 2]),
    "node-weights-without-targets": _set("nodes/0/weights", [1]),
    "mesh-unused": _drop("nodes/0/mesh"),
    "node-unused": lambda a: a.doc.pop("scenes") and a.doc.pop("scene"),
    "node-matrix-identity": _set("nodes/0/matrix", np.eye(4).ravel().tolist()),
    "node-matrix-shear": _set("nodes/0/matrix", [1, 0.5, 0, 0, 0.2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    "node-matrix-mirror": _set("nodes/0/matrix", [-1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 9, 9, 9, 1]),
    "node-matrix-zero": _set("nodes/0/matrix", [0] * 16),
    "node-matrix-flat": _set("nodes/0/matrix", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    "node-matrix-perspective": _set("nodes/0/matrix", [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    "node-matrix-rotated": _set("nodes/0/matrix", [0, 0, -3, 0, 0, 3, 0, 0, 3, 0, 0, 0, 5, 6, 7, 1]),
    "node-matrix-large": _set("nodes/0/matrix", [80, 60, 0, 0, -60, 80, 0, 0, 0, 0, 90, 0, 0, 0, 0, 1]),
    "node-matrix-short": _set("nodes/0/matrix", [1] * 15),
    "node-matrix-and-scale": lambda a: a.doc["nodes"][0].update(
        matrix=np.diag([2, 2, 2, 1]).ravel().tolist(), scale=[1, 1, 1]
    ),
    "node-rotation-long": _set("nodes/0/rotation", [0, 0, 1, 1]),
    "node-rotation-range": _set("nodes/0/rotation", [0, 0, 0, 1.5]),
    "node-rotation-near": _set("nodes/0/rotation", [0, 0, 0, 0.995]),
    "node-scale-text": _set("nodes/0/scale", ["1", 1, 1]),
    "node-translation-length": _set("nodes/0/translation", [1, 2]),
    "node-skin-missing": _set("nodes/0/skin", 0),
    "node-skin-without-mesh": lambda a: a.add("nodes", {"skin": 0}),
    "node-camera-missing": _set("nodes/0/camera", 3),
    "node-mesh-missing": _set("nodes/0/mesh", 3),
    "material-missing": _set("meshes/0/primitives/0/material", 0),
    "material-unused": lambda a: a.add("materials", {}),
    "sampler-unused": lambda a: a.add("samplers", {}),
    "texture-unused": lambda a: a.add("textures", {}),
    "camera-unused": lambda a: a.add(
        "cameras", {"type": "perspective", "perspective": {"yfov": 1, "znear": 1}}
    ),
    "image-neither": lambda a: a.add("images", {}),
    "image-both": lambda a: a.add("images", {"uri": "a.png", "bufferView": 0, "mimeType": "image/png"}),
    "mat2-u1": lambda a: _attributes(_M=a.accessor([[1] * 8] * 3, "u1", "MAT2", min=[1] * 4, max=[1] * 4))(a),
    "mat3-u2": lambda a: _attributes(_M=a.accessor([[1] * 12] * 3, "u2", "MAT3", min=[1] * 9, max=[1] * 9))(
        a
    ),
    "mat3-u1-wrong-max": lambda a: _attributes(
        _M=a.accessor([[1] * 12] * 3, "u1", "MAT3", min=[1] * 9, max=[1] * 8 + [2])
    )(a),
    "mat2-offset": lambda a: [
        _attributes(_M=a.accessor([[1] * 8] * 3, "u1", "MAT2", min=[1] * 4, max=[1] * 4))(a),
        a.doc["accessors"][-1].update(byteOffset=2, count=2),
    ],
    "draco": lambda a: [
        _primitive(a).update(extensions={"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {}}}),
        a.doc.update(extensionsUsed=["KHR_draco_mesh_compression"]),
    ],
    "meshopt": lambda a: [
        a.doc["bufferViews"][0].update(extensions={"EXT_meshopt_compression": {"buffer": 0}}),
        a.doc.update(extensionsUsed=["EXT_meshopt_compression"]),
    ],
    "node-visibility": lambda a: [
        a.doc["nodes"][0].update(extensions={"KHR_node_visibility": {"visible": False}}),
        a.doc.update(extensionsUsed=["KHR_node_visibility"]),
    ],
    "instancing": lambda a: [
        a.doc["nodes"][0].update(extensions={"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": 0}}}),
        a.doc.update(extensionsUsed=["EXT_mesh_gpu_instancing"]),
    ],
    "extension-undeclared": lambda a: a.doc["nodes"][0].update(extensions={"ACME_a": {}}),
}

TEXTURED: dict[str, Change] = {
    "good": lambda _: None,
    "alpha-cutoff": _set("materials/0/alphaMode", "BLEND"),
    "alpha-mode": _set("materials/0/alphaMode", "CUT"),
    "texcoord-missing": _set("materials/0/emissiveTexture/texCoord", 1),
    "texcoord-none": _attributes(TEXCOORD_0=None),
    "texcoord-u2": _replace("TEXCOORD_0", [[0, 1]] * 3, "u2", "VEC2", normalized=True),
    "texcoord-i2": _replace("TEXCOORD_0", [[0, 1]] * 3, "i2", "VEC2", normalized=True),
    "texture-missing": _set("materials/0/normalTexture/index", 4),
    "source-missing": _set("textures/0/source", 4),
    "sampler-missing": _set("textures/0/sampler", 4),
    "sampler-filter": _set("samplers/0/magFilter", 9987),
    "sampler-wrap": _set("samplers/0/wrapS", 1),
    "no-tangents": _attributes(TANGENT=None),
    "no-normals": _attributes(TANGENT=None, NORMAL=None),
    "no-normal-texture": _drop("materials/0/normalTexture"),
    "tangent-w": _patch("TANGENT", "f4", 3, 0.5),
    "tangent-minus": _patch("TANGENT", "f4", 3, -1),
    "tangent-long": _patch("TANGENT", "f4", 0, 2),
    "tangent-vec3": _replace("TANGENT", [[1, 0, 0]] * 3),
    "image-jpeg": _image(png(kind="JPEG"), "image/jpeg"),
    "image-jpeg-as-png": _image(png(kind="JPEG")),
    "image-jpeg-cut": _image(png(kind="JPEG")[:60], "image/jpeg"),
    "image-jpeg-segment": _image(b"\xff\xd8\xff\xe0\0\1" + bytes(30), "image/jpeg"),
    "image-webp": _image(png(kind="WEBP"), "image/webp"),
    "image-webp-as-png": _image(png(kind="WEBP", lossless=True)),
    "image-ktx2": _image(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(68), "image/ktx2"),
    "image-type-empty": _image(png(), ""),
    "image-gif": _image(png(kind="GIF"), "image/gif"),
    "image-unknown": _image(b"no image at all, only text"),
    "image-tiny": _image(b"\x89PNG\r\n\x1a\n"),
    "image-png-cut": _image(png()[:40]),
    "image-png-size": _image(png(5, 4)),
    "image-png-1": _image(png(1, 1)),
    "image-png-no-header": _image(png()[:8] + png()[png().index(b"IDAT") - 4 :]),
    "image-png-header-length": _image(png()[:8] + b"\0\0\0\x0c" + png()[12:]),
    "image-png-gamma": _image(_png_chunk(b"gAMA", struct.pack(">I", 50000))),
    "image-png-gamma-srgb": _image(_png_chunk(b"gAMA", struct.pack(">I", 45455))),
    "image-png-gamma-length": _image(_png_chunk(b"gAMA", b"123")),
    "image-png-density": _image(_png_chunk(b"pHYs", struct.pack(">IIB", 1, 2, 0))),
    "image-png-square": _image(_png_chunk(b"pHYs", struct.pack(">IIB", 2, 2, 0))),
    "image-png-profile": _image(_png_chunk(b"iCCP", b"a\0\0abc")),
    "image-png-srgb": _image(_png_chunk(b"sRGB", b"\0")),
    "image-png-primaries": _image(_png_chunk(b"cHRM", bytes(32))),
    "image-no-media-type": lambda a: a.doc["images"][0].pop("mimeType"),
    "image-stride": lambda a: a.doc["bufferViews"][-1].update(byteStride=4),
    "image-shares-view": lambda a: a.doc["images"][0].update(bufferView=0),
    "image-extension": lambda a: a.doc["images"][0].update(extensions={"ACME_a": {}}, mimeType="image/jpeg"),
    "image-data-uri": lambda a: a.doc["images"].__setitem__(
        0, {"uri": "data:image/png;base64," + base64.b64encode(png()).decode()}
    ),
    "basisu": lambda a: [
        a.doc["textures"][0].update(extensions={"KHR_texture_basisu": {"source": 0}}),
        a.doc.update(extensionsUsed=["KHR_texture_basisu"]),
    ],
    "factor-range": _set("materials/0/pbrMetallicRoughness/metallicFactor", 2),
    "factor-length": _set("materials/0/pbrMetallicRoughness/baseColorFactor", [1, 1, 1]),
    "emissive-range": _set("materials/0/emissiveFactor", [0, 0, 2]),
    "strength-range": _set("materials/0/occlusionTexture/strength", -1),
}

ANIMATED: dict[str, Change] = {
    "good": lambda _: None,
    "times-negative": lambda a: a.patch(_sampler(a, 0)["input"], "f4", 0, -1),
    "times-equal": lambda a: a.patch(_sampler(a, 0)["input"], "f4", 1, 0),
    "times-falling": lambda a: a.patch(_sampler(a, 0)["input"], "f4", 0, 2),
    "times-nan": lambda a: a.patch(_sampler(a, 0)["input"], "f4", 1, NAN),
    "times-no-bounds": lambda a: a.doc["accessors"][_sampler(a, 0)["input"]].pop("max"),
    "times-format": lambda a: _sampler(a, 0).update(input=_sampler(a, 0)["output"]),
    "times-one-cubic": lambda a: _sampler(a, 1).update(
        input=a.accessor([0], kind="SCALAR", target=None), output=a.accessor([[0, 0, 0]] * 3, target=None)
    ),
    "quaternion-long": lambda a: a.patch(_sampler(a, 0)["output"], "f4", 3, 2),
    "quaternion-normalized": lambda a: _sampler(a, 0).update(
        output=a.accessor([[0, 0, 0, 127]] * 2, "i1", "VEC4", None, normalized=True)
    ),
    "quaternion-short-normalized": lambda a: _sampler(a, 0).update(
        output=a.accessor([[0, 0, 0, 100]] * 2, "i1", "VEC4", None, normalized=True)
    ),
    "quaternion-cubic": lambda a: _sampler(a, 0).update(
        interpolation="CUBICSPLINE",
        output=a.accessor([[0, 0, 0, 5], [0, 0, 0, 1], [9, 0, 0, 0]] * 2, kind="VEC4", target=None),
    ),
    "quaternion-cubic-long": lambda a: _sampler(a, 0).update(
        interpolation="CUBICSPLINE",
        output=a.accessor([[0, 0, 0, 1], [0, 0, 0, 5], [0, 0, 0, 1]] * 2, kind="VEC4", target=None),
    ),
    "output-format": lambda a: _sampler(a, 1).update(output=_sampler(a, 0)["output"]),
    "output-count": lambda a: _sampler(a, 0).update(
        output=a.accessor([[0, 0, 0, 1]] * 3, kind="VEC4", target=None)
    ),
    "output-missing": lambda a: _sampler(a, 0).update(output=99),
    "output-stride": lambda a: a.doc["bufferViews"][
        a.doc["accessors"][_sampler(a, 0)["output"]]["bufferView"]
    ].update(byteStride=16),
    "interpolation": lambda a: _sampler(a, 0).update(interpolation="CUBIC"),
    "sampler-missing": lambda a: _channel(a, 0).update(sampler=7),
    "sampler-unused": lambda a: a.doc["animations"][0]["samplers"].append(dict(_sampler(a, 0))),
    "sampler-none": lambda a: _channel(a, 2).pop("sampler"),
    "target-node-missing": lambda a: _channel(a, 0)["target"].update(node=77),
    "target-path": lambda a: _channel(a, 0)["target"].update(path="color"),
    "target-twice": lambda a: a.doc["animations"][0]["channels"].append(_channel(a, 0)),
    "target-matrix": lambda a: _channel(a, 0)["target"].update(node=4),
    "target-skin": lambda a: _channel(a, 0)["target"].update(node=0),
    "target-no-morphs": lambda a: _channel(a, 2)["target"].update(node=1),
    "target-pointer": lambda a: _channel(a, 0)["target"].update(path="pointer"),
    "usage": lambda a: _sampler(a, 0).update(output=0),
    "channels-empty": _set("animations/0/channels", []),
    "samplers-none": _drop("animations/0/samplers"),
    "joint-out-of-range": _patch("JOINTS_0", "u1", 1, 2),
    "joint-twice": _patch("JOINTS_0", "u1", 1, 0),
    "joint-without-weight": _patch("JOINTS_0", "u1", 3, 1),
    "weight-negative": _patch("WEIGHTS_0", "f4", 0, -0.5),
    "weight-sum": _patch("WEIGHTS_0", "f4", 0, 0.4),
    "weight-sum-close": _patch("WEIGHTS_0", "f4", 0, 0.5000001),
    "weights-zero": _several(_patch("WEIGHTS_0", "f4", 0, 0), _patch("WEIGHTS_0", "f4", 1, 0)),
    "weights-u1": _replace("WEIGHTS_0", [[127, 128, 0, 0]] * 3, "u1", "VEC4", normalized=True),
    "weights-u1-sum": _replace("WEIGHTS_0", [[127, 127, 0, 0]] * 3, "u1", "VEC4", normalized=True),
    "weights-u2": _replace("WEIGHTS_0", [[65535, 0, 0, 0]] * 3, "u2", "VEC4", normalized=True),
    "second-set": _several(
        _replace("JOINTS_1", [[1, 0, 0, 0]] * 3, "u1", "VEC4"),
        _replace("WEIGHTS_1", [[0.5, 0, 0, 0]] * 3, kind="VEC4"),
    ),
    "second-set-good": _several(
        _replace("JOINTS_1", [[0, 0, 0, 0]] * 3, "u1", "VEC4"),
        _replace("WEIGHTS_1", [[0, 0, 0, 0]] * 3, kind="VEC4"),
    ),
    "skin-joint-missing": _set("skins/0/joints", [1, 22]),
    "skin-joint-twice": _set("skins/0/joints", [1, 1]),
    "skin-one-joint": _set("skins/0/joints", [1]),
    "skin-no-common-root": _set("skins/0/joints", [1, 3]),
    "skin-skeleton": _set("skins/0/skeleton", 3),
    "skin-skeleton-joint": _set("skins/0/skeleton", 2),
    "skin-skeleton-missing": _set("skins/0/skeleton", 33),
    "skin-unused": _drop("nodes/0/skin"),
    "skin-mesh-without-joints": lambda a: _attributes(JOINTS_0=None, WEIGHTS_0=None)(a),
    "skin-other-scene": lambda a: [
        a.doc["scenes"].append({"nodes": [1, 3, 4]}),
        a.doc["scenes"][0].update(nodes=[0]),
    ],
    "skin-transform": _set("nodes/0/translation", [1, 0, 0]),
    "skin-transform-zero": _set("nodes/0/translation", [0, 0, 0]),
    "skin-child": lambda a: [
        a.doc["nodes"][3].update(children=[0]),
        a.doc["scenes"][0].update(nodes=[1, 3, 4]),
    ],
    "matrix-last-row": lambda a: a.patch(_skin_matrices(a), "f4", 3, 1),
    "matrix-corner": lambda a: a.patch(_skin_matrices(a), "f4", 15, 2),
    "matrices-few": lambda a: a.doc["accessors"][_skin_matrices(a)].update(count=1),
    "matrices-format": _set("skins/0/inverseBindMatrices", 0),
    "matrices-missing": _set("skins/0/inverseBindMatrices", 88),
    "matrices-stride": lambda a: a.doc["bufferViews"][
        a.doc["accessors"][_skin_matrices(a)]["bufferView"]
    ].update(byteStride=64),
    "morph-weights-overridden": _set("nodes/0/weights", [0.2]),
    "morph-weights-count": _set("meshes/0/weights", [0.2, 0.2]),
    "morph-node-weights-count": _set("nodes/0/weights", [0.2, 0.2]),
    "sparse-falling": lambda a: _sparse_indices(a, 2, 0),
    "sparse-equal": lambda a: _sparse_indices(a, 2, 2),
    "sparse-out-of-range": lambda a: _sparse_indices(a, 0, 3),
    "sparse-count": lambda a: _sparse(a).update(count=4),
    "sparse-count-0": lambda a: _sparse(a).update(count=0),
    "sparse-indices-view": lambda a: _sparse(a)["indices"].update(bufferView=99),
    "sparse-values-view": lambda a: _sparse(a)["values"].update(bufferView=99),
    "sparse-values-offset": lambda a: _sparse(a)["values"].update(byteOffset=2),
    "sparse-indices-type": lambda a: _sparse(a)["indices"].update(componentType=5122),
    "sparse-indices-large": lambda a: _sparse(a)["indices"].update(componentType=5125),
    "sparse-none": lambda a: _sparse(a).pop("values"),
    "sparse-stride": lambda a: a.doc["bufferViews"][_sparse(a)["values"]["bufferView"]].update(byteStride=12),
    "sparse-max": lambda a: _sparse_accessor(a).update(max=[0, 0, 3]),
    "sparse-min": lambda a: _sparse_accessor(a).update(min=[0, 0, 1]),
    "sparse-on-view": lambda a: _sparse_accessor(a).update(bufferView=0, max=[1, 0, 2]),
}

EXTENDED: dict[str, Change] = {
    "good": lambda _: None,
    "anisotropy-texcoord": _set(
        "materials/0/extensions/KHR_materials_anisotropy/anisotropyTexture/texCoord", 1
    ),
    "clearcoat-texcoord": _set(
        "materials/0/extensions/KHR_materials_clearcoat/clearcoatNormalTexture/texCoord", 1
    ),
    "dispersion-without-volume": _drop("materials/0/extensions/KHR_materials_volume"),
    "emissive-zero": _set("materials/0/emissiveFactor", [0, 0, 0]),
    "emissive-none": _drop("materials/0/emissiveFactor"),
    "ior-0": _set("materials/0/extensions/KHR_materials_ior/ior", 0),
    "ior-below-1": _set("materials/0/extensions/KHR_materials_ior/ior", 0.5),
    "iridescence-equal": _set(
        "materials/0/extensions/KHR_materials_iridescence/iridescenceThicknessMaximum", 100
    ),
    "iridescence-no-texture": _drop(
        "materials/0/extensions/KHR_materials_iridescence/iridescenceThicknessTexture"
    ),
    "volume-double-sided": _set("materials/0/doubleSided", True),
    "volume-no-transmission": _drop("materials/0/extensions/KHR_materials_transmission"),
    "volume-distance-0": _set("materials/0/extensions/KHR_materials_volume/attenuationDistance", 0),
    "unlit-with-others": _set("materials/0/extensions/KHR_materials_unlit", {}),
    "glossiness-range": _set(
        "materials/2/extensions/KHR_materials_pbrSpecularGlossiness/glossinessFactor", 2
    ),
    "sheen-range": _set("materials/0/extensions/KHR_materials_sheen/sheenColorFactor", [2, 0, 0]),
    "specular-negative": _set(
        "materials/0/extensions/KHR_materials_specular/specularColorFactor", [-1, 0, 0]
    ),
    "transform-texcoord": _set("materials/0/normalTexture/extensions/KHR_texture_transform/texCoord", 3),
    "transform-wrong-place": _set("materials/0/extensions/KHR_texture_transform", {}),
    "webp-source-missing": _set("textures/1/extensions/EXT_texture_webp/source", 9),
    "webp-source-png": _set("textures/1/extensions/EXT_texture_webp/source", 0),
    "webp-as-source": _set("textures/1/source", 1),
    "webp-unknown-media-type": _set("images/1/mimeType", "image/avif"),
    "light-missing": _set("nodes/1/extensions/KHR_lights_punctual/light", 5),
    "light-unused": lambda a: a.doc["extensions"]["KHR_lights_punctual"]["lights"].append({"type": "point"}),
    "light-type": _set("extensions/KHR_lights_punctual/lights/0/type", "area"),
    "light-spot-angles": _set("extensions/KHR_lights_punctual/lights/0/spot/innerConeAngle", 0.5),
    "light-spot-wide": _set("extensions/KHR_lights_punctual/lights/0/spot/outerConeAngle", 2),
    "light-spot-inner-wide": _set("extensions/KHR_lights_punctual/lights/0/spot/innerConeAngle", 2),
    "light-spot-none": _drop("extensions/KHR_lights_punctual/lights/0/spot"),
    "light-spot-unused": _set("extensions/KHR_lights_punctual/lights/1/spot", {}),
    "light-range-unused": _set("extensions/KHR_lights_punctual/lights/1/range", 3),
    "light-range-0": _set("extensions/KHR_lights_punctual/lights/0/range", 0),
    "lights-none": _drop("extensions/KHR_lights_punctual"),
    "lights-empty": _set("extensions/KHR_lights_punctual/lights", []),
    "variant-twice": _set("meshes/0/primitives/0/extensions/KHR_materials_variants/mappings/1/variants", [0]),
    "variant-missing": _set(
        "meshes/0/primitives/0/extensions/KHR_materials_variants/mappings/1/variants", [9]
    ),
    "variant-material-missing": _set(
        "meshes/0/primitives/0/extensions/KHR_materials_variants/mappings/1/material", 9
    ),
    "variants-none": _drop("extensions/KHR_materials_variants"),
    "variant-name": _drop("extensions/KHR_materials_variants/variants/0/name"),
    "pointer-node": _set("animations/0/channels/0/target/node", 0),
    "pointer-path": _set("animations/0/channels/0/target/path", "rotation"),
    "pointer-pattern": _set(
        "animations/0/channels/0/target/extensions/KHR_animation_pointer/pointer", "nodes/0"
    ),
    "pointer-none": _set("animations/0/channels/0/target/extensions/KHR_animation_pointer", {}),
    "no-tangent-space": _several(_drop("materials/0/normalTexture"), _attributes(TANGENT=None)),
    "extension-not-used": lambda a: a.doc["extensionsUsed"].remove("KHR_materials_volume"),
}

QUANTIZED: dict[str, Change] = {
    "good": lambda _: None,
    "optional": _drop("extensionsRequired"),
    "undeclared": lambda a: [a.doc.pop("extensionsUsed"), a.doc.pop("extensionsRequired")],
    "stride-none": lambda a: _view(a, "POSITION").pop("byteStride"),
    "normal-zero": _patch("NORMAL", "i1", 2, 0),
    "normal-near": _patch("NORMAL", "i1", 2, 126),
    "normal-not-normalized": _accessor("NORMAL", normalized=False),
    "position-u4": _accessor("POSITION", componentType=5125),
    "max-wrong": _accessor("POSITION", max=[9, 10, 0]),
    "max-float": _accessor("POSITION", max=[9.0, 9.5, 0]),
    "max-range": _accessor("POSITION", max=[40000, 9, 0]),
}


def _sampler(asset: Asset, number: int) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["animations"][0]["samplers"][number]
    return found


def _channel(asset: Asset, number: int) -> dict[str, Any]:
    found: dict[str, Any] = asset.doc["animations"][0]["channels"][number]
    return found


def _skin_matrices(asset: Asset) -> int:
    return int(asset.doc["skins"][0]["inverseBindMatrices"])


def _sparse_accessor(asset: Asset) -> dict[str, Any]:
    return next(item for item in asset.doc["accessors"] if "sparse" in item)


def _sparse(asset: Asset) -> dict[str, Any]:
    found: dict[str, Any] = _sparse_accessor(asset)["sparse"]
    return found


def _sparse_indices(asset: Asset, *values: int) -> None:
    start = asset.doc["bufferViews"][_sparse(asset)["indices"]["bufferView"]]["byteOffset"]
    asset.bin[start : start + 4] = struct.pack("<2H", *values)


def uris() -> Iterator[tuple[str, bytes, dict[str, bytes]]]:
    """Buffers and images in other files and in data URIs."""
    good = {"asset": {"version": "2.0"}}
    text = base64.b64encode(b"abcdefgh").decode()
    buffers = {
        "file": "a.bin",
        "file-short": "short.bin",
        "file-missing": "none.bin",
        "file-space": "a%20b.bin",
        "data": DATA_URI + text,
        "data-gltf-buffer": "data:application/gltf-buffer;base64," + text,
        "data-upper-case": "DATA:application/octet-stream;base64," + text,
        "data-text": "data:text/plain;base64," + text,
        "data-no-type": "data:;base64," + text,
        "data-short": DATA_URI + "YWI=",
        "data-no-padding": DATA_URI + "YWJjZGVmZ2g",
        "data-broken": DATA_URI + "YW!j",
        "data-length": DATA_URI + "YWJjZ",
        "data-percent": "data:application/octet-stream,abcdefgh",
        "data-no-comma": "data:application/octet-stream;base64",
        "data-parameter": "data:application/octet-stream;charset=x;base64," + text,
        "data-line-break": DATA_URI + text[:4] + "\n" + text[4:],
        "http": "https://example.com/a.bin",
        "absolute": "/a.bin",
        "query": "a.bin?b",
        "fragment": "a.bin#b",
        "host": "//example.com/a.bin",
        "no-scheme": "1:a.bin",
        "empty-scheme": ":a.bin",
        "space": "a b.bin",
        "empty": "",
    }
    beside = {"a.bin": b"abcdefgh", "short.bin": b"ab", "a b.bin": b"abcdefgh"}
    view = {"buffer": 0, "byteLength": 8}
    for name, uri in buffers.items():
        document = good | {"buffers": [{"byteLength": 8, "uri": uri}], "bufferViews": [view]}
        yield f"uri/buffer-{name}", _json(document), beside
    image = base64.b64encode(png()).decode()
    images = {
        "file": {"uri": "a.png"},
        "file-media-type": {"uri": "a.png", "mimeType": "image/jpeg"},
        "file-missing": {"uri": "b.png"},
        "file-text": {"uri": "a.bin"},
        "data": {"uri": f"data:image/png;base64,{image}"},
        "data-upper-case": {"uri": f"data:image/PNG;base64,{image}"},
        "data-jpeg": {"uri": f"data:image/jpeg;base64,{image}"},
        "data-no-image": {"uri": "data:image/png;base64,YWJj"},
        "data-media-type": {"uri": f"data:image/png;base64,{image}", "mimeType": "image/jpeg"},
        "http": {"uri": "http://example.com/a.png"},
        "neither": {},
        "media-type": {"uri": "a.png", "mimeType": "image/gif"},
    }
    for name, item in images.items():
        document = good | {"images": [item], "textures": [{"source": 0}]}
        yield f"uri/image-{name}", _json(document), beside | {"a.png": png()}
    for name, uri in (("data", DATA_URI + text), ("file", "a.bin")):
        document = good | {"buffers": [{"byteLength": 8, "uri": uri}], "bufferViews": [view]}
        yield f"uri/glb-{name}", glb([(JSON_CHUNK, _json(document))]), beside
    yield "uri/no-uri", _json(good | {"buffers": [{"byteLength": 8}], "bufferViews": [view]}), {}


WRONG_VALUES: tuple[Any, ...] = (None, "text", -1, 0.5, [], {}, True, [{}], 10**6)


def properties() -> Iterator[tuple[str, bytes]]:
    """Give every property of two documents, one after the other, another value of another type."""
    number = 0
    for make in (animated, extended):
        base = make()
        base.text()
        for path in list(_paths(base.doc, ())):
            number += 1
            value = WRONG_VALUES[number % len(WRONG_VALUES)]
            asset = base.copy()
            _set("/".join(map(str, path)), value)(asset)
            yield f"property/{make.__name__}/{'/'.join(map(str, path))}={value}", asset.pack()


def _paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    items = (
        value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    )
    for name, item in items:
        if "/" not in str(name):
            yield (*path, name)
            yield from _paths(item, (*path, name))


def files() -> Files:
    """Every file of the corpus by its name."""
    found: Files = {name: (data, {}) for name, data in containers().items()}
    found |= {f"document/{name}": (_json(document), {}) for name, document in documents().items()}
    for name, camera in cameras():
        document = {"asset": {"version": "2.0"}, "cameras": [camera], "nodes": [{"camera": 0}]}
        found[name] = (_json(document | {"scenes": [{"nodes": [0]}]}), {})
    bases = {
        triangle: TRIANGLE,
        textured: TEXTURED,
        animated: ANIMATED,
        extended: EXTENDED,
        quantized: QUANTIZED,
    }
    for make, changes in bases.items():
        base = make()
        for name, change in changes.items():
            asset = base.copy()
            change(asset)
            found[f"{make.__name__}/{name}"] = (asset.pack(), {})
    found |= {name: (data, {}) for name, data in properties()}
    return found | {name: (data, beside) for name, data, beside in uris()}
