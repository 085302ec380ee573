from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.feature_models import MATERIALS, patched
from tests.fixtures.meshes import sphere
from vitrine.gltf import Material, Model, read_glb, write_glb
from vitrine.gltf.container import read_container
from vitrine.gltf.thickness import VOLUME, scale_thickness
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb

GLASS = Model((sphere(8),), (MATERIALS["volume"](),))


def thickness(material: Material) -> float:
    return float(material.extensions[VOLUME]["thicknessFactor"])


def test_the_scale_of_the_node_goes_into_the_thickness() -> None:
    def enlarge(document: dict[str, Any]) -> None:
        document["nodes"][0]["scale"] = [3, 3, 3]

    (material,) = read_glb(patched(write_glb(GLASS), enlarge)).materials
    assert thickness(material) == pytest.approx(3)
    assert material.extensions[VOLUME]["attenuationDistance"] == 1


def test_quantized_files_have_the_thickness_of_their_grid() -> None:
    data = write_web_glb(GLASS, QuantizationBits(14, 8, 13))
    document = read_container(data).document
    (stored,) = document["materials"]
    scale = document["nodes"][1]["scale"][0]
    assert stored["extensions"][VOLUME]["thicknessFactor"] * scale == pytest.approx(1)
    assert thickness(read_glb(data).materials[0]) == pytest.approx(1)


def test_other_materials_stay() -> None:
    assert scale_thickness(Material(), 3) == Material()
