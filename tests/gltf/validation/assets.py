"""Small valid assets, which the corpus breaks: a document with every kind of object, and its bytes."""

from __future__ import annotations

import copy
import io
import json
import struct
from typing import Any

import numpy as np
from PIL import Image

JSON_CHUNK, BIN_CHUNK = 0x4E4F534A, 0x004E4942
KINDS = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}
MATERIAL_EXTENSIONS = {
    "KHR_materials_anisotropy": {"anisotropyStrength": 0.5, "anisotropyTexture": {"index": 0}},
    "KHR_materials_clearcoat": {
        "clearcoatFactor": 1,
        "clearcoatTexture": {"index": 0},
        "clearcoatRoughnessFactor": 0.5,
        "clearcoatRoughnessTexture": {"index": 0},
        "clearcoatNormalTexture": {"index": 0, "scale": 1},
    },
    "KHR_materials_dispersion": {"dispersion": 0.1},
    "KHR_materials_emissive_strength": {"emissiveStrength": 2},
    "KHR_materials_ior": {"ior": 1.4},
    "KHR_materials_iridescence": {
        "iridescenceFactor": 1,
        "iridescenceTexture": {"index": 0},
        "iridescenceIor": 1.3,
        "iridescenceThicknessMinimum": 100,
        "iridescenceThicknessMaximum": 300,
        "iridescenceThicknessTexture": {"index": 0},
    },
    "KHR_materials_sheen": {
        "sheenColorFactor": [1, 0, 0],
        "sheenColorTexture": {"index": 0},
        "sheenRoughnessFactor": 0.5,
        "sheenRoughnessTexture": {"index": 0},
    },
    "KHR_materials_specular": {
        "specularFactor": 0.5,
        "specularTexture": {"index": 0},
        "specularColorFactor": [1, 2, 1],
        "specularColorTexture": {"index": 0},
    },
    "KHR_materials_transmission": {"transmissionFactor": 0.5, "transmissionTexture": {"index": 0}},
    "KHR_materials_volume": {
        "attenuationColor": [1, 1, 1],
        "attenuationDistance": 2,
        "thicknessFactor": 0.1,
        "thicknessTexture": {"index": 0},
    },
}


class Asset:
    """A document and its binary chunk, to be changed and packed."""

    def __init__(self) -> None:
        self.doc: dict[str, Any] = {"asset": {"version": "2.0"}}
        self.bin = bytearray()

    def copy(self) -> Asset:
        return copy.deepcopy(self)

    def add(self, name: str, item: dict[str, Any]) -> int:
        items = self.doc.setdefault(name, [])
        items.append(item)
        return len(items) - 1

    def view(self, data: bytes, **more: Any) -> int:
        self.bin += bytes(-len(self.bin) % 4)
        view = {"buffer": 0, "byteOffset": len(self.bin), "byteLength": len(data), **more}
        self.bin += data
        return self.add("bufferViews", view)

    def accessor(
        self, values: Any, dtype: str = "f4", kind: str = "VEC3", target: int | None = 34962, **more: Any
    ) -> int:
        array = np.asarray(values, dtype)
        rows = array.reshape(len(array), -1)
        bounds = {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        view = self.view(array.astype("<" + dtype).tobytes(), **({"target": target} if target else {}))
        item = {"bufferView": view, "componentType": KINDS[dtype], "count": len(array), "type": kind}
        return self.add("accessors", item | bounds | more)

    def patch(self, accessor: int, dtype: str, place: int, value: Any) -> None:
        """Overwrite one component of an accessor's values."""
        view = self.doc["bufferViews"][self.doc["accessors"][accessor]["bufferView"]]
        data = np.array([value]).astype("<" + dtype).tobytes()
        start = view["byteOffset"] + place * len(data)
        self.bin[start : start + len(data)] = data

    def text(self) -> bytes:
        if self.bin and "buffers" not in self.doc:
            self.doc["buffers"] = [{"byteLength": len(self.bin)}]
        return json.dumps(self.doc).encode()

    def pack(self) -> bytes:
        text = self.text()
        text += b" " * (-len(text) % 4)
        chunks = [(JSON_CHUNK, text)]
        if self.bin:
            chunks.append((BIN_CHUNK, bytes(self.bin) + bytes(-len(self.bin) % 4)))
        return glb(chunks)


def glb(
    chunks: list[tuple[int, bytes]],
    *,
    length: int | None = None,
    version: int = 2,
    magic: bytes = b"glTF",
    sizes: dict[int, int] | None = None,
) -> bytes:
    """Pack chunks; `sizes` are lengths that the headers of chunks state instead of the right ones."""
    body = b"".join(
        struct.pack("<II", (sizes or {}).get(number, len(data)), kind) + data
        for number, (kind, data) in enumerate(chunks)
    )
    return struct.pack("<4sII", magic, version, 12 + len(body) if length is None else length) + body


def png(width: int = 4, height: int = 4, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, kind, **options)
    return out.getvalue()


def triangle() -> Asset:
    """One triangle with indices and normals, valid and without any issue."""
    asset = Asset()
    attributes = {
        "POSITION": asset.accessor([[0, 0, 0], [1, 0, 0], [0, 1, 0]]),
        "NORMAL": asset.accessor([[0, 0, 1]] * 3),
    }
    indices = asset.accessor([0, 1, 2], "u2", "SCALAR", 34963)
    asset.add("meshes", {"primitives": [{"attributes": attributes, "indices": indices}]})
    asset.add("nodes", {"mesh": 0})
    asset.add("scenes", {"nodes": [0]})
    asset.doc["scene"] = 0
    return asset


def textured() -> Asset:
    """A triangle with UVs, tangents, colours and a material with all core textures."""
    asset = triangle()
    attributes = asset.doc["meshes"][0]["primitives"][0]["attributes"]
    attributes["TANGENT"] = asset.accessor([[1, 0, 0, 1]] * 3, kind="VEC4")
    attributes["TEXCOORD_0"] = asset.accessor([[0, 0], [1, 0], [0, 1]], kind="VEC2")
    attributes["COLOR_0"] = asset.accessor([[1, 0.5, 0, 1]] * 3, kind="VEC4")
    asset.doc["meshes"][0]["primitives"][0]["material"] = 0
    asset.add("images", {"bufferView": asset.view(png()), "mimeType": "image/png"})
    asset.add("samplers", {"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 33071})
    asset.add("textures", {"source": 0, "sampler": 0, "name": "texture"})
    material = {
        "pbrMetallicRoughness": {
            "baseColorFactor": [1, 1, 1, 1],
            "baseColorTexture": {"index": 0, "texCoord": 0},
            "metallicFactor": 0.5,
            "roughnessFactor": 0.5,
            "metallicRoughnessTexture": {"index": 0},
        },
        "normalTexture": {"index": 0, "scale": 1},
        "occlusionTexture": {"index": 0, "strength": 0.5},
        "emissiveTexture": {"index": 0},
        "emissiveFactor": [0.5, 1, 0],
        "alphaMode": "MASK",
        "alphaCutoff": 0.5,
        "doubleSided": False,
    }
    asset.add("materials", material)
    return asset


def animated() -> Asset:
    """A skinned mesh with morph targets, a sparse accessor, animations and cameras."""
    asset = triangle()
    primitive = asset.doc["meshes"][0]["primitives"][0]
    primitive["attributes"]["JOINTS_0"] = asset.accessor([[0, 1, 0, 0]] * 3, "u1", "VEC4")
    primitive["attributes"]["WEIGHTS_0"] = asset.accessor([[0.5, 0.5, 0, 0]] * 3, kind="VEC4")
    offsets = asset.add("accessors", {"componentType": 5126, "count": 3, "type": "VEC3"})
    sparse = {
        "count": 2,
        "indices": {"bufferView": asset.view(struct.pack("<2H", 0, 2)), "componentType": 5123},
        "values": {"bufferView": asset.view(struct.pack("<6f", 0, 0, 1, 0, 0, 2))},
    }
    asset.doc["accessors"][offsets] |= {"sparse": sparse, "min": [0, 0, 0], "max": [0, 0, 2]}
    primitive["targets"] = [{"POSITION": offsets}]
    asset.doc["meshes"][0]["weights"] = [0.5]
    joints = [asset.add("nodes", {"children": [2], "translation": [0, 1, 0]}), asset.add("nodes", {})]
    matrices = asset.accessor([np.eye(4).ravel()] * 2, kind="MAT4", target=None)
    asset.add("skins", {"joints": joints, "inverseBindMatrices": matrices, "skeleton": 1})
    asset.doc["nodes"][0] |= {"skin": 0}
    asset.doc["scenes"][0]["nodes"] = [0, 1, 3, 4]
    asset.add("cameras", {"type": "perspective", "perspective": {"yfov": 1, "znear": 0.1, "zfar": 10}})
    orthographic = {"xmag": 1, "ymag": 1, "znear": 0, "zfar": 10}
    asset.add("cameras", {"type": "orthographic", "orthographic": orthographic})
    asset.add("nodes", {"camera": 0, "rotation": [0, 0, 0, 1], "scale": [1, 2, 1]})
    asset.add("nodes", {"camera": 1, "matrix": [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 1, 2, 3, 1]})
    times = asset.accessor([0, 1], kind="SCALAR", target=None)
    turns = asset.accessor([[0, 0, 0, 1], [0, 1, 0, 0]], kind="VEC4", target=None)
    moves = asset.accessor([[0, 0, 0]] * 6, kind="VEC3", target=None)
    weights = asset.accessor([0, 1], kind="SCALAR", target=None)
    samplers = [
        {"input": times, "output": turns},
        {"input": times, "output": moves, "interpolation": "CUBICSPLINE"},
        {"input": times, "output": weights, "interpolation": "STEP"},
    ]
    channels = [
        {"sampler": 0, "target": {"node": 1, "path": "rotation"}},
        {"sampler": 1, "target": {"node": 1, "path": "translation"}},
        {"sampler": 2, "target": {"node": 0, "path": "weights"}},
    ]
    asset.add("animations", {"samplers": samplers, "channels": channels, "name": "turn"})
    return asset


def extended() -> Asset:
    """A textured triangle with every extension that is checked."""
    asset = textured()
    material = asset.doc["materials"][0]
    material["extensions"] = copy.deepcopy(MATERIAL_EXTENSIONS)
    material["normalTexture"]["extensions"] = {
        "KHR_texture_transform": {"offset": [0, 0], "rotation": 0, "scale": [1, 1], "texCoord": 0}
    }
    asset.add("materials", {"extensions": {"KHR_materials_unlit": {}}})
    glossiness = {
        "diffuseFactor": [1, 1, 1, 1],
        "diffuseTexture": {"index": 0},
        "specularFactor": [1, 1, 1],
        "glossinessFactor": 0.5,
        "specularGlossinessTexture": {"index": 0},
    }
    asset.add("materials", {"extensions": {"KHR_materials_pbrSpecularGlossiness": glossiness}})
    asset.doc["textures"].append({"extensions": {"EXT_texture_webp": {"source": 1}}, "source": 0})
    asset.add("images", {"bufferView": asset.view(png(kind="WEBP")), "mimeType": "image/webp"})
    asset.add("materials", {"emissiveTexture": {"index": 1}})
    spot = {"type": "spot", "spot": {"innerConeAngle": 0.2, "outerConeAngle": 0.4}, "range": 2}
    lights = [spot | {"color": [1, 1, 1], "intensity": 2}, {"type": "directional", "name": "sun"}]
    variants = [{"name": "red"}, {"name": "blue"}, {"name": "green"}]
    asset.doc["extensions"] = {
        "KHR_lights_punctual": {"lights": lights},
        "KHR_materials_variants": {"variants": variants},
    }
    mappings = [{"variants": [0], "material": 1}, {"variants": [1], "material": 2, "name": "b"}]
    mappings.append({"variants": [2], "material": 3})
    asset.doc["meshes"][0]["primitives"][0]["extensions"] = {"KHR_materials_variants": {"mappings": mappings}}
    for light in (0, 1):
        node = asset.add("nodes", {"extensions": {"KHR_lights_punctual": {"light": light}}})
        asset.doc["scenes"][0]["nodes"].append(node)
    times = asset.accessor([0, 1], kind="SCALAR", target=None)
    target = {
        "extensions": {"KHR_animation_pointer": {"pointer": "/materials/0/alphaCutoff"}},
        "path": "pointer",
    }
    samplers = [{"input": times, "output": asset.accessor([0, 1], kind="SCALAR", target=None)}]
    asset.add("animations", {"samplers": samplers, "channels": [{"sampler": 0, "target": target}]})
    asset.doc["extensionsUsed"] = [
        *MATERIAL_EXTENSIONS,
        *("KHR_materials_unlit", "KHR_materials_pbrSpecularGlossiness", "EXT_texture_webp"),
        *("KHR_lights_punctual", "KHR_materials_variants", "KHR_animation_pointer", "KHR_texture_transform"),
    ]
    return asset


def quantized() -> Asset:
    """A triangle of small integers."""
    asset = Asset()
    attributes = {
        "POSITION": asset.accessor([[0, 0, 0, 0], [9, 0, 0, 0], [0, 9, 0, 0]], "i2", "VEC3"),
        "NORMAL": asset.accessor([[0, 0, 127, 0]] * 3, "i1", "VEC3", normalized=True),
        "TEXCOORD_0": asset.accessor([[0, 0], [9, 0], [0, 9]], "u2", "VEC2"),
    }
    for name, stride in (("POSITION", 8), ("NORMAL", 4)):
        accessor = asset.doc["accessors"][attributes[name]]
        asset.doc["bufferViews"][accessor["bufferView"]]["byteStride"] = stride
        accessor |= {bound: accessor[bound][:3] for bound in ("min", "max")}
    asset.add("meshes", {"primitives": [{"attributes": attributes}]})
    asset.add("nodes", {"mesh": 0})
    asset.add("scenes", {"nodes": [0]})
    names = ["KHR_mesh_quantization"]
    asset.doc |= {"scene": 0, "extensionsUsed": names, "extensionsRequired": names}
    return asset
