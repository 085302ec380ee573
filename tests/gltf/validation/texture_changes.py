"""Changes to a textured triangle: images, samplers, textures, materials."""

from __future__ import annotations

import base64
import struct

from tests.gltf.validation.assets import png
from tests.gltf.validation.changes import (
    Change,
    attributes,
    drop,
    image,
    patch,
    png_chunk,
    replace,
    set_value,
)

TEXTURED: dict[str, Change] = {
    "good": lambda _: None,
    "alpha-cutoff": set_value("materials/0/alphaMode", "BLEND"),
    "alpha-mode": set_value("materials/0/alphaMode", "CUT"),
    "texcoord-missing": set_value("materials/0/emissiveTexture/texCoord", 1),
    "texcoord-none": attributes(TEXCOORD_0=None),
    "texcoord-u2": replace("TEXCOORD_0", [[0, 1]] * 3, "u2", "VEC2", normalized=True),
    "texcoord-i2": replace("TEXCOORD_0", [[0, 1]] * 3, "i2", "VEC2", normalized=True),
    "texture-missing": set_value("materials/0/normalTexture/index", 4),
    "source-missing": set_value("textures/0/source", 4),
    "sampler-missing": set_value("textures/0/sampler", 4),
    "sampler-filter": set_value("samplers/0/magFilter", 9987),
    "sampler-wrap": set_value("samplers/0/wrapS", 1),
    "no-tangents": attributes(TANGENT=None),
    "no-normals": attributes(TANGENT=None, NORMAL=None),
    "no-normal-texture": drop("materials/0/normalTexture"),
    "tangent-w": patch("TANGENT", "f4", 3, 0.5),
    "tangent-minus": patch("TANGENT", "f4", 3, -1),
    "tangent-long": patch("TANGENT", "f4", 0, 2),
    "tangent-vec3": replace("TANGENT", [[1, 0, 0]] * 3),
    "image-jpeg": image(png(kind="JPEG"), "image/jpeg"),
    "image-jpeg-as-png": image(png(kind="JPEG")),
    "image-jpeg-cut": image(png(kind="JPEG")[:60], "image/jpeg"),
    "image-jpeg-segment": image(b"\xff\xd8\xff\xe0\0\1" + bytes(30), "image/jpeg"),
    "image-webp": image(png(kind="WEBP"), "image/webp"),
    "image-webp-as-png": image(png(kind="WEBP", lossless=True)),
    "image-ktx2": image(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(68), "image/ktx2"),
    "image-type-empty": image(png(), ""),
    "image-gif": image(png(kind="GIF"), "image/gif"),
    "image-unknown": image(b"no image at all, only text"),
    "image-tiny": image(b"\x89PNG\r\n\x1a\n"),
    "image-png-cut": image(png()[:40]),
    "image-png-size": image(png(5, 4)),
    "image-png-1": image(png(1, 1)),
    "image-png-no-header": image(png()[:8] + png()[png().index(b"IDAT") - 4 :]),
    "image-png-header-length": image(png()[:8] + b"\0\0\0\x0c" + png()[12:]),
    "image-png-gamma": image(png_chunk(b"gAMA", struct.pack(">I", 50000))),
    "image-png-gamma-srgb": image(png_chunk(b"gAMA", struct.pack(">I", 45455))),
    "image-png-gamma-length": image(png_chunk(b"gAMA", b"123")),
    "image-png-density": image(png_chunk(b"pHYs", struct.pack(">IIB", 1, 2, 0))),
    "image-png-square": image(png_chunk(b"pHYs", struct.pack(">IIB", 2, 2, 0))),
    "image-png-profile": image(png_chunk(b"iCCP", b"a\0\0abc")),
    "image-png-srgb": image(png_chunk(b"sRGB", b"\0")),
    "image-png-primaries": image(png_chunk(b"cHRM", bytes(32))),
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
    "factor-range": set_value("materials/0/pbrMetallicRoughness/metallicFactor", 2),
    "factor-length": set_value("materials/0/pbrMetallicRoughness/baseColorFactor", [1, 1, 1]),
    "emissive-range": set_value("materials/0/emissiveFactor", [0, 0, 2]),
    "strength-range": set_value("materials/0/occlusionTexture/strength", -1),
}
