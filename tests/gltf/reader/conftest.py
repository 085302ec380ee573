from __future__ import annotations

from collections.abc import Callable

import pytest

from vitrine.gltf import Model


@pytest.fixture
def corners() -> Callable[..., list[list[list[float]]]]:
    """The positions of every triangle of a mesh, so that tests do not depend on vertex numbers."""

    def of(model: Model, mesh: int = 0) -> list[list[list[float]]]:
        got = model.meshes[mesh]
        return got.positions[got.triangles].round(5).tolist()

    return of
