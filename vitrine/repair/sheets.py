"""Find sheets that are seen from one side alone."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import row_cross
from vitrine.findings import finding
from vitrine.geometry.topology import Topology
from vitrine.models import Finding

MIN_ONE_SIDED = 0.5
"""Length of the sum of a part's area vectors over its area: 0 for a closed surface, 1 for a flat sheet."""


def sheet_findings(topology: Topology) -> list[Finding]:
    """Return a finding for each single-sided material that cannot be seen from behind.

    More than half of its area lies on open sheets: connected parts that face one way, whatever materials they
    have.
    """
    model, joined, parts = topology.model, topology.joined, topology.parts
    if all(material.double_sided for material in model.materials) or not parts.count:
        return []
    a, b, c = (joined.positions[joined.triangles[:, corner]] for corner in range(3))
    vectors = row_cross(b - a, c - a).astype(np.float64)
    areas = np.linalg.norm(vectors, axis=1)
    sums = np.column_stack(
        [np.bincount(parts.of_triangle, vectors[:, axis], parts.count) for axis in range(3)]
    )
    totals = np.bincount(parts.of_triangle, areas, parts.count)
    one_sided = np.linalg.norm(sums, axis=1) > MIN_ONE_SIDED * totals
    materials = np.repeat(
        [mesh.material for mesh in model.meshes], [len(mesh.triangles) for mesh in model.meshes]
    )
    count = len(model.materials)
    open_areas = np.bincount(materials, areas * one_sided[parts.of_triangle], count)
    every = np.bincount(materials, areas, count)
    found = []
    for number, material in enumerate(model.materials):
        if material.double_sided or open_areas[number] <= every[number] / 2:
            continue
        message = (
            f"material {material.name or number} shows its front alone, and an open sheet has it: "
            "from behind it cannot be seen; export it as double-sided"
        )
        share = float(open_areas[number] / every[number])
        found.append(finding("SHEET_ONE_SIDED", message, measured=share, limit=0.5))
    return found
