"""The thickness of volumes, which is a length in a mesh's own space (KHR_materials_volume)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.gltf.model import Material

VOLUME = "KHR_materials_volume"


def scale_thickness(material: Material, scale: float) -> Material:
    """Return the material of a mesh whose positions are multiplied by `scale`; itself without a volume.

    Viewers multiply a thickness by the scale of its node; the attenuation distance is in world space.
    """
    volume = material.extensions.get(VOLUME) or {}
    if not volume.get("thicknessFactor") or scale == 1:
        return material
    scaled = {**volume, "thicknessFactor": volume["thicknessFactor"] * scale}
    return replace(material, extensions={**material.extensions, VOLUME: scaled})


def scale_of(worlds: npt.NDArray[np.float64]) -> float:
    """Return by how much world matrices, (k, 4, 4), scale lengths: the mean of the first one's axes."""
    return float(np.linalg.norm(worlds[0, :3, :3], axis=0).mean()) if len(worlds) else 1.0
