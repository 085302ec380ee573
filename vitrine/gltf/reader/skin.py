"""Skin -> vertices in the pose of the joints' nodes (glTF 2.0 section 3.7.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.reader.accessors import read_accessor, read_floats
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.nodes import Matrix
from vitrine.gltf.reader.primitives import PrimitiveArrays, normalized_rows


def apply_skin(
    context: ReaderContext,
    arrays: PrimitiveArrays,
    primitive: dict[str, Any],
    skin_index: Any,
    worlds: dict[int, Matrix],
    where: str,
) -> PrimitiveArrays:
    """Transform vertices by their joints into world space; the mesh node's own transform is ignored.

    Weights of any sum are normalised; a joint whose weight is 0 counts for nothing, whatever its number.
    Vertices without any weight follow the first joint, as in three.js (`normalizeSkinWeights`). `worlds` has
    the world matrix of every node. Raises `ModelError` for joints outside the scene, and for joints and
    weights that do not fit the skin or the primitive.
    """
    skin = context.item("skins", skin_index, where)
    joints = skin.get("joints") or []
    missing = [joint for joint in joints if joint not in worlds]
    if missing or not joints:
        raise ModelError(f"skins/{skin_index} has joints that are not in the scene: {missing[:5]}")
    inverse = np.broadcast_to(np.eye(4), (len(joints), 4, 4))
    if skin.get("inverseBindMatrices") is not None:
        flat = read_accessor(context, skin["inverseBindMatrices"], f"skins/{skin_index}")
        if flat.shape[1] != 16 or len(flat) < len(joints):
            raise ModelError(
                f"skins/{skin_index} has {len(flat)} inverse bind matrices for {len(joints)} joints"
            )
        inverse = flat[: len(joints)].astype(np.float64).reshape(-1, 4, 4).transpose(0, 2, 1)
    joint_matrices = np.stack([worlds[joint] for joint in joints]) @ inverse
    attributes = primitive.get("attributes") or {}
    blended = np.zeros((len(arrays.positions), 4, 4))
    total = np.zeros(len(arrays.positions))
    sets = [n for n in range(8) if f"JOINTS_{n}" in attributes]
    for number in sets:
        joint_indices = read_accessor(context, attributes[f"JOINTS_{number}"], f"{where}/JOINTS_{number}")
        weights = read_floats(context, attributes.get(f"WEIGHTS_{number}"), 4, f"{where}/WEIGHTS_{number}")
        if joint_indices.shape != weights.shape or len(weights) != len(total):
            raise ModelError(
                f"{where}: JOINTS_{number} and WEIGHTS_{number} have {len(joint_indices):,} and "
                f"{len(weights):,} rows for {len(total):,} vertices"
            )
        joint_indices = np.where(weights == 0, 0, joint_indices)
        highest = int(joint_indices.max(initial=0))
        if highest >= len(joints):
            raise ModelError(f"{where}/JOINTS_{number} names joint {highest}, the skin has {len(joints)}")
        for corner in range(4):
            weight = weights[:, corner].astype(np.float64)
            blended += weight[:, None, None] * joint_matrices[joint_indices[:, corner]]
            total += weight
    if not sets:
        raise ModelError(f"{where} is skinned but has no JOINTS_0")
    blended[total <= 0] = joint_matrices[0]
    without = int((total <= 0).sum())
    if without:
        message = f"{where}: {without:,} of {len(total):,} vertices have no weight and follow the first joint"
        context.report(finding("SKIN_WEIGHTS_MISSING", message, pointer=f"/{where}", measured=without))
    blended /= np.where(total <= 0, 1, total)[:, None, None]
    linear = blended[:, :3, :3]
    positions = np.einsum("nij,nj->ni", linear, arrays.positions) + blended[:, :3, 3]

    def rotated(vectors: Any) -> Any:
        return normalized_rows(np.einsum("nij,nj->ni", linear, vectors).astype(np.float32))

    tangents = arrays.tangents
    if tangents is not None:
        tangents = np.concatenate([rotated(tangents[:, :3]), tangents[:, 3:]], axis=1)
    return replace(
        arrays,
        positions=positions.astype(np.float32),
        # Joints rarely shear or scale unevenly, so their matrices do for normals, as in viewers.
        normals=None if arrays.normals is None else rotated(arrays.normals),
        tangents=tangents,
    )
