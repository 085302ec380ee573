"""The objects of glTF 2.0, and their properties (chapter 5 of the specification, "Properties Reference")."""

from __future__ import annotations

import re

from vitrine.gltf.validation.schema.fields import (
    Child,
    Children,
    Field,
    Flag,
    Index,
    Indices,
    Names,
    Number,
    Numbers,
    Text,
    Uint,
)

COMPONENT_TYPES = (5120, 5121, 5122, 5123, 5125, 5126)
ACCESSOR_TYPES = ("SCALAR", "VEC2", "VEC3", "VEC4", "MAT2", "MAT3", "MAT4")
VERSION = re.compile(r"([0-9]+)\.([0-9]+)")
FILTERS = (9728, 9729)
MIPMAP_FILTERS = (9728, 9729, 9984, 9985, 9986, 9987)
WRAPPING = (33071, 33648, 10497)
TRANSFORM_LENGTHS = {"matrix": 16, "translation": 3, "scale": 3}
LISTS = {
    "accessors": "accessor",
    "animations": "animation",
    "buffers": "buffer",
    "bufferViews": "bufferView",
    "cameras": "camera",
    "images": "image",
    "materials": "material",
    "meshes": "mesh",
    "nodes": "node",
    "samplers": "sampler",
    "scenes": "scene",
    "skins": "skin",
    "textures": "texture",
}
"""The lists of a document, and the type of their objects."""

NAME = Text(name="name")
INDEX = Index(name="index", required=True)
TEX_COORD = Uint(name="texCoord", default=0)

CORE: dict[str, tuple[Field, ...]] = {
    "glTF": (
        Names(name="extensionsUsed"),
        Names(name="extensionsRequired"),
        Index(name="scene"),
    ),
    "asset": (
        Text(name="copyright"),
        Text(name="generator"),
        Text(name="version", required=True, pattern=VERSION),
        Text(name="minVersion", pattern=VERSION),
    ),
    "accessor": (
        Index(name="bufferView"),
        Uint(name="componentType", required=True, choices=COMPONENT_TYPES),
        Uint(name="count", required=True, minimum=1),
        Text(name="type", required=True, choices=ACCESSOR_TYPES),
        Flag(name="normalized"),
        Child(name="sparse", kind="sparse"),
        NAME,
    ),
    "sparse": (
        Uint(name="count", required=True, minimum=1),
        Child(name="indices", kind="sparseIndices", required=True),
        Child(name="values", kind="sparseValues", required=True),
    ),
    "sparseIndices": (
        Index(name="bufferView", required=True),
        Uint(name="byteOffset", default=0),
        Uint(name="componentType", required=True, choices=(5121, 5123, 5125)),
    ),
    "sparseValues": (Index(name="bufferView", required=True), Uint(name="byteOffset", default=0)),
    "animation": (
        Children(name="channels", kind="channel"),
        Children(name="samplers", kind="animationSampler"),
        NAME,
    ),
    "channel": (
        Index(name="sampler", required=True),
        Child(name="target", kind="target", required=True),
    ),
    "target": (Index(name="node"),),
    "animationSampler": (
        Index(name="input", required=True),
        Text(name="interpolation", choices=("LINEAR", "STEP", "CUBICSPLINE"), default="LINEAR"),
        Index(name="output", required=True),
    ),
    "buffer": (Uint(name="byteLength", required=True, minimum=1), Text(name="uri"), NAME),
    "bufferView": (
        Uint(name="byteLength", required=True, minimum=1),
        Uint(name="byteStride", minimum=4, maximum=252),
        Uint(name="target", choices=(34962, 34963)),
        Index(name="buffer", required=True),
        Uint(name="byteOffset", default=0),
        NAME,
    ),
    "camera": (
        Text(name="type", required=True, choices=("orthographic", "perspective")),
        Child(name="orthographic", kind="orthographic", required=True, when=("type", "orthographic")),
        Child(name="perspective", kind="perspective", required=True, when=("type", "perspective")),
        NAME,
    ),
    "orthographic": (
        Number(name="xmag", required=True),
        Number(name="ymag", required=True),
        Number(name="zfar", required=True, above=0),
        Number(name="znear", required=True, minimum=0),
    ),
    "perspective": (
        Number(name="yfov", required=True, above=0),
        Number(name="zfar", above=0),
        Number(name="znear", required=True, above=0),
        Number(name="aspectRatio", above=0),
    ),
    "image": (Index(name="bufferView"), Text(name="uri"), NAME),
    "material": (
        Child(name="pbrMetallicRoughness", kind="pbrMetallicRoughness"),
        Child(name="normalTexture", kind="normalTextureInfo"),
        Child(name="occlusionTexture", kind="occlusionTextureInfo"),
        Child(name="emissiveTexture", kind="textureInfo"),
        Numbers(name="emissiveFactor", length=3, minimum=0, maximum=1, default=[0, 0, 0]),
        Text(name="alphaMode", choices=("OPAQUE", "MASK", "BLEND"), default="OPAQUE"),
        Number(name="alphaCutoff", minimum=0, default=0.5),
        Flag(name="doubleSided"),
        NAME,
    ),
    "pbrMetallicRoughness": (
        Numbers(name="baseColorFactor", length=4, minimum=0, maximum=1),
        Child(name="baseColorTexture", kind="textureInfo"),
        Number(name="metallicFactor", minimum=0, maximum=1),
        Number(name="roughnessFactor", minimum=0, maximum=1),
        Child(name="metallicRoughnessTexture", kind="textureInfo"),
    ),
    "textureInfo": (INDEX, TEX_COORD),
    "normalTextureInfo": (INDEX, TEX_COORD, Number(name="scale")),
    "occlusionTextureInfo": (INDEX, TEX_COORD, Number(name="strength", minimum=0, maximum=1)),
    "mesh": (Numbers(name="weights"), Children(name="primitives", kind="primitive"), NAME),
    "primitive": (
        Uint(name="mode", maximum=6, default=4),
        Index(name="indices"),
        Index(name="material"),
    ),
    "node": (
        *(Numbers(name=name, length=length) for name, length in TRANSFORM_LENGTHS.items()),
        Numbers(name="rotation", length=4, minimum=-1, maximum=1),
        Index(name="camera"),
        Indices(name="children"),
        Index(name="mesh"),
        Index(name="skin"),
        Numbers(name="weights"),
        NAME,
    ),
    "sampler": (
        Uint(name="magFilter", choices=FILTERS),
        Uint(name="minFilter", choices=MIPMAP_FILTERS),
        Uint(name="wrapS", choices=WRAPPING),
        Uint(name="wrapT", choices=WRAPPING),
        NAME,
    ),
    "scene": (Indices(name="nodes"), NAME),
    "skin": (
        Index(name="inverseBindMatrices"),
        Index(name="skeleton"),
        Indices(name="joints", required=True),
        NAME,
    ),
    "texture": (Index(name="sampler"), Index(name="source"), NAME),
}

READ_BY_RULES: dict[str, tuple[str, ...]] = {
    "glTF": ("asset", *LISTS),
    "accessor": ("byteOffset", "min", "max"),
    "image": ("mimeType",),
    "primitive": ("attributes", "targets"),
    "target": ("path",),
}
"""Properties whose meaning depends on others, so that `rules` reads them."""
