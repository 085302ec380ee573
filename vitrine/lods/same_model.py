"""Compare two models that were read from files of different formats."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from vitrine.arrays import Floats
from vitrine.gltf.model import Material, Mesh, Model

TOLERANCE = 1e-6
"""Largest difference of two coordinates, in units of the largest one: formats round them differently."""


def is_same_model(model: Model, other: Model) -> bool:
    """Return whether two models show the same: equal triangles, vertices, textures and factors.

    Names do not count, and numbers may differ by `TOLERANCE`.
    """
    if len(model.meshes) != len(other.meshes):
        return False
    return all(
        _same_mesh(one, two) and _same_material(model.materials[one.material], other.materials[two.material])
        for one, two in zip(model.meshes, other.meshes, strict=True)
    )


def _same_mesh(one: Mesh, other: Mesh) -> bool:
    if one.other_uvs or other.other_uvs or not np.array_equal(one.triangles, other.triangles):
        return False
    return all(
        _close(getattr(one, name), getattr(other, name))
        for name in ("positions", "normals", "uvs", "tangents", "colors")
    )


def _close(values: Floats | None, other: Floats | None) -> bool:
    if values is None or other is None:
        return values is other
    if values.shape != other.shape:
        return False
    largest = max(float(np.abs(values).max(initial=0)), 1e-30)
    return bool((np.abs(values - other) <= TOLERANCE * largest).all())


def _same_material(one: Material, other: Material) -> bool:
    one, other = replace(one, name=""), replace(other, name="")
    return all(_same_value(getattr(one, each.name), getattr(other, each.name)) for each in fields(Material))


def _same_value(value: object, other: object) -> bool:
    if isinstance(value, int | float) and isinstance(other, int | float):
        return abs(value - other) <= TOLERANCE
    if isinstance(value, tuple) and isinstance(other, tuple):
        return len(value) == len(other) and all(map(_same_value, value, other))
    return value == other
