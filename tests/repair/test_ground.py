from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vitrine.gltf import Material, Mesh, Model
from vitrine.models import Dimensions
from vitrine.repair.ground import ground


@pytest.fixture
def egg(make_sphere: Callable[..., Mesh]) -> Model:
    """2 wide, 4 high, 1 deep, somewhere off the origin."""
    ball = make_sphere(16)
    return Model((Mesh((ball.positions * (1, 2, 0.5) + (7, 8, 9)).astype(np.float32), ball.triangles),))


def extent(model: Model) -> list[float]:
    low, high = model.bounds
    assert low[1] == pytest.approx(0, abs=1e-6)
    assert (low + high)[[0, 2]] == pytest.approx([0, 0], abs=1e-5)
    return list((high - low).round(4).astype(float))


def test_it_stands_on_the_origin(egg: Model) -> None:
    grounded, findings = ground(egg, None, tolerance=0.03)
    assert extent(grounded) == pytest.approx([2, 4, 1])
    assert findings == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"height": 80, "unit": "cm"}, [0.4, 0.8, 0.2]),
        ({"width": 10, "unit": "in"}, [0.254, 0.508, 0.127]),
        ({"length": 2}, [4, 8, 2]),
    ],
)
def test_any_one_dimension_sets_the_scale(egg: Model, given: dict[str, float], expected: list[float]) -> None:
    grounded, findings = ground(egg, Dimensions(**given), tolerance=0.03)
    assert extent(grounded) == pytest.approx(expected, rel=1e-4)
    assert findings == ()


def test_dimensions_that_fit_say_nothing_and_those_that_do_not_are_measured(egg: Model) -> None:
    _, findings = ground(egg, Dimensions(width=1, height=2.02, length=0.5), tolerance=0.03)
    assert findings == ()
    grounded, findings = ground(egg, Dimensions(width=1, height=2, length=0.625), tolerance=0.03)
    assert [f.code for f in findings] == ["DIMENSION_OFF"]
    assert findings[0].measured == pytest.approx(0.2)
    assert "scaled by its height (y), it is off in length (z) by -20%; 3% is allowed" in findings[0].message
    assert extent(grounded) == pytest.approx([1, 2, 0.5], rel=1e-4)


def test_a_flat_model_keeps_its_size_when_only_its_thickness_is_known() -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    card = Model((Mesh(corners, np.array([[0, 1, 2]], np.uint32)),))
    grounded, findings = ground(card, Dimensions(length=0.01), tolerance=0.03)
    assert [f.code for f in findings] == ["SIZE_UNKNOWN"]
    assert grounded.bounds[1].tolist() == [0.5, 1, 0]


@pytest.mark.parametrize(("scale", "says"), [(10, "40 m long (20 × 40 × 10 m)"), (1e-4, "0.4 mm long")])
def test_an_unlikely_size_is_reported_unless_the_true_one_is_known(
    egg: Model, scale: float, says: str
) -> None:
    (mesh,) = egg.meshes
    model = Model((Mesh((mesh.positions * scale).astype(np.float32), mesh.triangles),))
    _, (found,) = ground(model, None, tolerance=0.03)
    assert found.code == "SIZE_UNLIKELY"
    assert says in found.message
    assert ground(model, Dimensions(height=4), tolerance=0.03)[1] == ()


def test_the_lengths_of_a_volume_are_scaled_with_the_mesh(make_sphere: Callable[..., Mesh]) -> None:
    volume = {"thicknessFactor": 0.5, "attenuationDistance": 2.0, "attenuationColor": [1, 0.5, 0.5]}
    glass = Material(extensions={"KHR_materials_volume": volume, "KHR_materials_ior": {"ior": 1.4}})
    model = Model((make_sphere(8),), (glass,))
    grounded, _ = ground(model, Dimensions(height=0.2, unit="m"), tolerance=0.1)
    assert grounded.materials[0].extensions == {
        "KHR_materials_volume": volume | {"thicknessFactor": 0.05, "attenuationDistance": 0.2},
        "KHR_materials_ior": {"ior": 1.4},
    }
