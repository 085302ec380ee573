"""Shapes made in code, and scenes of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.gltf.model import Material, Mesh, Model

Builder = Callable[..., Model]


@pytest.fixture(scope="session")
def sphere() -> Builder:
    """A unit sphere of triangles on meridians; `smooth` gives it its true normals."""

    def make(
        material: Material | None = None, *, radius: float = 1.0, rings: int = 96, smooth: bool = True
    ) -> Model:
        lat, lon = np.meshgrid(
            np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1), indexing="ij"
        )
        normals = np.stack([np.sin(lat) * np.sin(lon), np.cos(lat), np.sin(lat) * np.cos(lon)], -1)
        normals = normals.reshape(-1, 3).round(9).astype(np.float32)
        uvs = np.stack([lon / (2 * np.pi), lat / np.pi], -1).reshape(-1, 2).astype(np.float32)
        across = 2 * rings + 1
        corner = (np.arange(rings)[:, None] * across + np.arange(2 * rings)).ravel()
        below = corner + across
        faces = np.concatenate(
            [np.stack([corner, below, corner + 1], 1), np.stack([corner + 1, below, below + 1], 1)]
        )
        mesh = Mesh(normals * np.float32(radius), faces.astype(np.uint32), normals if smooth else None, uvs)
        return Model((mesh,), (material or Material(metallic_factor=0.0),))

    return make


@pytest.fixture(scope="session")
def square() -> Builder:
    """A square from -1 to 1 in x and y at `z`, facing +Z, its texture upright."""

    def make(material: Material | None = None, *, z: float = 0.0, uvs: bool = True) -> Model:
        corners = np.array([[-1, -1, z], [1, -1, z], [1, 1, z], [-1, 1, z]], np.float32)
        coordinates = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
        faces = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)
        mesh = Mesh(corners, faces, None, coordinates if uvs else None)
        return Model((mesh,), (material or Material(metallic_factor=0.0),))

    return make


@pytest.fixture(scope="session")
def box() -> Builder:
    """An axis-aligned box between two corners, with hard edges and no normals in the file."""

    def make(
        low: tuple[float, float, float] = (-1, -1, -1), high: tuple[float, float, float] = (1, 1, 1)
    ) -> Model:
        corners = np.array([[(low, high)[(i >> a) & 1][a] for a in range(3)] for i in range(8)], np.float32)
        quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
        faces = [f for a, b, c, d in quads for f in ((a, b, c), (a, c, d))]
        return Model((Mesh(corners, np.array(faces, np.uint32)),), (Material(metallic_factor=0.0),))

    return make


@pytest.fixture(scope="session")
def joined() -> Callable[..., Model]:
    """Several models as one."""

    def make(*models: Model) -> Model:
        materials: list[Material] = []
        meshes: list[Mesh] = []
        for model in models:
            for mesh in model.meshes:
                number = len(materials) + mesh.material
                meshes.append(Mesh(mesh.positions, mesh.triangles, mesh.normals, mesh.uvs, number))
            materials.extend(model.materials)
        return Model(tuple(meshes), tuple(materials))

    return make
