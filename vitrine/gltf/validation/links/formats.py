"""The formats that accessors may have, by what they are used for (glTF 2.0 sections 3.6.2.1 and 3.7.2)."""

from __future__ import annotations

from vitrine.gltf.validation.links.linker import Format

I8, U8, I16, U16, U32, F32 = 5120, 5121, 5122, 5123, 5125, 5126


def _normalized(kind: str, *components: int) -> set[Format]:
    return {Format(kind, component, True) for component in components}


def _plain(kind: str, *components: int) -> set[Format]:
    return {Format(kind, component) for component in components}


_COLORS = {f for kind in ("VEC3", "VEC4") for f in _plain(kind, F32) | _normalized(kind, U8, U16)}
ATTRIBUTES: dict[str, set[Format]] = {
    "POSITION": _plain("VEC3", F32),
    "NORMAL": _plain("VEC3", F32),
    "TANGENT": _plain("VEC4", F32),
    "TEXCOORD": _plain("VEC2", F32) | _normalized("VEC2", U8, U16),
    "COLOR": _COLORS,
    "JOINTS": _plain("VEC4", U8, U16),
    "WEIGHTS": _plain("VEC4", F32) | _normalized("VEC4", U8, U16),
}
TARGETS: dict[str, set[Format]] = {
    "POSITION": _plain("VEC3", F32),
    "NORMAL": _plain("VEC3", F32),
    "TANGENT": _plain("VEC3", F32),
    "TEXCOORD": _plain("VEC2", F32) | _normalized("VEC2", I8, U8, I16, U16),
    "COLOR": _COLORS | _normalized("VEC3", I8, I16) | _normalized("VEC4", I8, I16),
}
QUANTIZED_ATTRIBUTES: dict[str, set[Format]] = {
    "POSITION": _plain("VEC3", I8, U8, I16, U16) | _normalized("VEC3", I8, U8, I16, U16),
    "NORMAL": _normalized("VEC3", I8, I16),
    "TANGENT": _normalized("VEC4", I8, I16),
    "TEXCOORD": _plain("VEC2", I8, U8, I16, U16) | _normalized("VEC2", I8, I16),
}
"""What KHR_mesh_quantization adds."""
QUANTIZED_TARGETS: dict[str, set[Format]] = {
    "POSITION": _plain("VEC3", I8, I16) | _normalized("VEC3", I8, I16),
    "NORMAL": _normalized("VEC3", I8, I16),
    "TANGENT": _normalized("VEC3", I8, I16),
    "TEXCOORD": _plain("VEC2", I8, I16),
}
INDICES = _plain("SCALAR", U8, U16, U32)
MATRICES = _plain("MAT4", F32)
TIMES = _plain("SCALAR", F32)
_WEIGHTS = _plain("SCALAR", F32) | _normalized("SCALAR", I8, U8, I16, U16)
ANIMATED: dict[str, set[Format]] = {
    "translation": _plain("VEC3", F32),
    "rotation": _plain("VEC4", F32) | _normalized("VEC4", I8, U8, I16, U16),
    "scale": _plain("VEC3", F32),
    "weights": _WEIGHTS,
}


def attribute_formats(*, quantized: bool) -> dict[str, set[Format]]:
    """Return the formats of vertex attributes, by semantic."""
    return _merged(ATTRIBUTES, QUANTIZED_ATTRIBUTES) if quantized else ATTRIBUTES


def target_formats(*, quantized: bool) -> dict[str, set[Format]]:
    """Return the formats of attributes of morph targets, by semantic."""
    return _merged(TARGETS, QUANTIZED_TARGETS) if quantized else TARGETS


def _merged(base: dict[str, set[Format]], added: dict[str, set[Format]]) -> dict[str, set[Format]]:
    return {semantic: formats | added.get(semantic, set()) for semantic, formats in base.items()}
