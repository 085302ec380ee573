"""Small files, each with what one rule is about: name -> (bytes of the file, files beside it)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from tests.gltf.validation.animation_changes import ANIMATED
from tests.gltf.validation.assets import (
    JSON_CHUNK,
    animated,
    extended,
    glb,
    png,
    quantized,
    textured,
    triangle,
)
from tests.gltf.validation.changes import set_value
from tests.gltf.validation.containers import as_json, containers
from tests.gltf.validation.extension_changes import EXTENDED, QUANTIZED
from tests.gltf.validation.texture_changes import TEXTURED
from tests.gltf.validation.triangle_changes import TRIANGLE

Files = dict[str, tuple[bytes, dict[str, bytes]]]
DATA_URI = "data:application/octet-stream;base64,"


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
        yield f"uri/buffer-{name}", as_json(document), beside
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
        yield f"uri/image-{name}", as_json(document), beside | {"a.png": png()}
    for name, uri in (("data", DATA_URI + text), ("file", "a.bin")):
        document = good | {"buffers": [{"byteLength": 8, "uri": uri}], "bufferViews": [view]}
        yield f"uri/glb-{name}", glb([(JSON_CHUNK, as_json(document))]), beside
    yield "uri/no-uri", as_json(good | {"buffers": [{"byteLength": 8}], "bufferViews": [view]}), {}


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
            set_value("/".join(map(str, path)), value)(asset)
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
    found |= {f"document/{name}": (as_json(document), {}) for name, document in documents().items()}
    for name, camera in cameras():
        document = {"asset": {"version": "2.0"}, "cameras": [camera], "nodes": [{"camera": 0}]}
        found[name] = (as_json(document | {"scenes": [{"nodes": [0]}]}), {})
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
