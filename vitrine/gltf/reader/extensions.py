"""Extensions: which are supported, which may be ignored, which are refused."""

from __future__ import annotations

from typing import Any

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.models import Finding

SUPPORTED = frozenset(
    {
        "EXT_mesh_gpu_instancing",
        "EXT_meshopt_compression",
        "KHR_meshopt_compression",
        "EXT_texture_avif",
        "EXT_texture_webp",
        "KHR_draco_mesh_compression",
        "KHR_mesh_quantization",
        "KHR_node_visibility",
        "KHR_texture_basisu",
        "KHR_texture_transform",
    }
)
"""Read and applied; `KHR_materials_…` are copied besides."""

IGNORABLE = frozenset(
    {
        "KHR_animation_pointer",
        "KHR_lights_punctual",
        "KHR_materials_variants",
        "KHR_xmp_json_ld",
        "MSFT_lod",
    }
)
"""Ignored even where a file requires them: they do not change a static model."""


def check_extensions(document: dict[str, Any]) -> tuple[Finding, ...]:
    """Findings for the extensions that are left out.

    Raises `ModelError` that names every extension which cannot be left out.
    """
    used = {str(name) for name in document.get("extensionsUsed") or []}
    required = {str(name) for name in document.get("extensionsRequired") or []}
    known = {name for name in used | required if name in SUPPORTED or _is_material(name)}
    refused = sorted(required - known - IGNORABLE)
    if refused:
        raise ModelError(f"needs {', '.join(refused)}, which Vitrine does not read: export the model without")
    return tuple(
        finding("EXTENSION_LEFT_OUT", f"{name} is not carried over", pointer="/extensionsUsed")
        for name in sorted(used - known)
    )


def _is_material(name: str) -> bool:
    return name.startswith("KHR_materials_") and name != "KHR_materials_variants"
