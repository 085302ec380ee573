"""EXT_mesh_gpu_instancing -> one matrix for each instance of a node's mesh."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.errors import ModelError
from vitrine.gltf.limits import count_of, require
from vitrine.gltf.reader.accessors import read_floats
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.rotation import rotation_matrices

INSTANCING = "EXT_mesh_gpu_instancing"


def instance_count(context: ReaderContext, node: dict[str, Any]) -> int:
    """How many instances a node has by its accessors; 1 for a node without the extension."""
    extension = (node.get("extensions") or {}).get(INSTANCING)
    if extension is None:
        return 1
    attributes = (extension.get("attributes") or {}).values()
    user = INSTANCING
    return max((count_of(context.item("accessors", index, user)) for index in attributes), default=0)


def instance_matrices(
    context: ReaderContext, node: dict[str, Any], where: str
) -> npt.NDArray[np.float64] | None:
    """Return (k, 4, 4) float64, the instances in the node's space; `None` for a node without instances.

    Raises `ModelError` for broken accessors, accessors of different lengths, and too many instances.
    """
    extension = (node.get("extensions") or {}).get(INSTANCING)
    if extension is None:
        return None
    where = f"{where}/{INSTANCING}"
    attributes = extension.get("attributes") or {}
    if context.limits is not None:
        require(context.limits, "instances", instance_count(context, node), f"{where} has too many instances")
    read = {
        name: read_floats(context, attributes[name], width, f"{where}/{name}").astype(np.float64)
        for name, width in (("TRANSLATION", 3), ("ROTATION", 4), ("SCALE", 3))
        if name in attributes
    }
    counts = {len(values) for values in read.values()}
    if len(counts) != 1:
        raise ModelError(f"{where} has accessors of {sorted(counts) or 'no'} elements, not of one length")
    count = counts.pop()
    matrices = np.tile(np.eye(4), (count, 1, 1))
    if "ROTATION" in read:
        matrices[:, :3, :3] = rotation_matrices(read["ROTATION"], f"{where}/ROTATION")
    if "SCALE" in read:
        matrices[:, :3, :3] *= read["SCALE"][:, None, :]
    if "TRANSLATION" in read:
        matrices[:, :3, 3] = read["TRANSLATION"]
    return matrices
