"""Writing the GLB with the document structure of TRELLIS.2's exporter."""

from __future__ import annotations

import io
from typing import Any, Literal

import numpy as np
from PIL import Image

from vitrine.sandbox.engine.arrays import Floats
from vitrine.sandbox.engine.shape.surface import Surface
from vitrine.sandbox.engine.texturing.bake import Textures
from vitrine.sandbox.engine.texturing.compute_charts import Charts
from vitrine.sandbox.glb_container import pack_glb

Format = Literal["webp", "png"]

GENERATOR = "vitrine sandbox: preview engine, not TRELLIS.2"


def write_glb(
    charts: Charts,
    surface: Surface,
    normals: Floats,
    textures: Textures,
    *,
    double_sided: bool,
    texture_format: Format,
) -> bytes:
    """Write the model as GLB bytes.

    Nodes world → geometry_0, one primitive with uint32 indices and float32 POSITION, TEXCOORD_0 and NORMAL,
    alpha mode OPAQUE. +Y is up, the front faces +Z, the longest side is 1 and the bounding box is centred on
    the origin. WebP textures have no fallback: EXT_texture_webp is required. `normals` is (n, 3) float32,
    unit normals of the surface's points.
    """
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    normalised = (surface.points - (low + high) / 2) / (high - low).max()
    side = textures.base_color.width
    arrays = {
        "indices": charts.triangles.astype("<u4"),
        "position": normalised[charts.source].astype("<f4"),
        "uv": np.clip(charts.texels / side, 0, 1).astype("<f4"),
        "normal": normals[charts.source].astype("<f4"),
    }
    images = [
        _encode(textures.base_color, texture_format, method=2),
        _encode(textures.metallic_roughness, texture_format, method=0),
    ]
    buffer_views: list[dict[str, int]] = []
    body = bytearray()
    for data in (arrays["indices"], arrays["position"], *images, arrays["uv"], arrays["normal"]):
        raw = data if isinstance(data, bytes) else data.tobytes()
        buffer_views.append({"buffer": 0, "byteOffset": len(body), "byteLength": len(raw)})
        body += raw + bytes(-len(raw) % 4)
    position = arrays["position"]
    accessors = [
        _accessor(0, 5125, "SCALAR", arrays["indices"].size),
        _accessor(1, 5126, "VEC3", len(position)),
        _accessor(4, 5126, "VEC2", len(position)),
        _accessor(5, 5126, "VEC3", len(position)),
    ]
    accessors[0] |= {"min": [int(charts.triangles.min())], "max": [int(charts.triangles.max())]}
    accessors[1] |= {"min": position.min(axis=0).tolist(), "max": position.max(axis=0).tolist()}
    document = _document(accessors, buffer_views, len(body), double_sided, texture_format)
    return pack_glb(document, bytes(body))


def _accessor(buffer_view: int, component: int, kind: str, count: int) -> dict[str, Any]:
    return {"bufferView": buffer_view, "componentType": component, "type": kind, "count": count}


def _document(
    accessors: list[dict[str, Any]],
    buffer_views: list[dict[str, int]],
    size: int,
    double_sided: bool,
    texture_format: Format,
) -> dict[str, Any]:
    webp = texture_format == "webp"
    textures: list[dict[str, Any]] = [
        {"extensions": {"EXT_texture_webp": {"source": k}}} if webp else {"source": k} for k in (0, 1)
    ]
    material = {
        "pbrMetallicRoughness": {
            "baseColorTexture": {"index": 0},
            "baseColorFactor": [1.0, 1.0, 1.0, 1.0],
            "roughnessFactor": 1.0,
            "metallicFactor": 1.0,
            "metallicRoughnessTexture": {"index": 1},
        },
        "alphaMode": "OPAQUE",
        "doubleSided": double_sided,
    }
    primitive = {
        "attributes": {"POSITION": 1, "TEXCOORD_0": 2, "NORMAL": 3},
        "indices": 0,
        "mode": 4,
        "material": 0,
    }
    document: dict[str, Any] = {
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "asset": {"version": "2.0", "generator": GENERATOR},
        "accessors": accessors,
        "meshes": [{"name": "geometry_0", "primitives": [primitive]}],
        "images": [{"bufferView": k, "mimeType": f"image/{texture_format}"} for k in (2, 3)],
        "textures": textures,
        "materials": [material],
        "nodes": [{"name": "world", "children": [1]}, {"name": "geometry_0", "mesh": 0}],
        "buffers": [{"byteLength": size}],
        "bufferViews": buffer_views,
    }
    if webp:
        document["extensionsUsed"] = document["extensionsRequired"] = ["EXT_texture_webp"]
    return document


def _encode(image: Image.Image, texture_format: Format, method: int) -> bytes:
    out = io.BytesIO()
    if texture_format == "webp":
        image.save(out, "WEBP", quality=88, method=method)
    else:
        image.save(out, "PNG", compress_level=3)
    return out.getvalue()
