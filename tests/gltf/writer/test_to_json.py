from __future__ import annotations

import pytest
from pygltflib import (
    Accessor,
    Asset,
    Attributes,
    BufferView,
    Material,
    NormalMaterialTexture,
    PbrMetallicRoughness,
    Primitive,
    Sampler,
    TextureInfo,
)

from vitrine.gltf.writer.to_json import KEY_ORDER, to_json


def test_defaults_of_the_specification_are_left_out() -> None:
    assert to_json(Material(pbrMetallicRoughness=PbrMetallicRoughness())) == {}
    assert to_json(Sampler()) == {}
    assert to_json(Accessor(componentType=5126, count=0, type="VEC3")) == {
        "componentType": 5126,
        "count": 0,
        "type": "VEC3",
    }
    assert to_json(NormalMaterialTexture(index=0, scale=1.0)) == {"index": 0}


def test_what_a_reader_relies_on_is_written() -> None:
    assert to_json(Asset(generator=None)) == {"version": "2.0"}
    assert to_json(BufferView(buffer=0, byteOffset=0, byteLength=4)) == {
        "buffer": 0,
        "byteOffset": 0,
        "byteLength": 4,
    }
    assert to_json(Material(pbrMetallicRoughness=PbrMetallicRoughness(metallicFactor=0.0))) == {
        "pbrMetallicRoughness": {"metallicFactor": 0.0}
    }


def test_empty_extensions_of_a_material_stay() -> None:
    extensions = {"KHR_materials_unlit": {}}
    assert to_json(Material(extensions=extensions)) == {"extensions": extensions}


def test_keys_have_one_order() -> None:
    primitive = Primitive(attributes=Attributes(NORMAL=2, POSITION=1), material=0, indices=3)
    assert list(to_json(primitive)) == ["attributes", "indices", "material"]
    assert list(to_json(primitive)["attributes"]) == ["POSITION", "NORMAL"]
    assert list(to_json(TextureInfo(index=1, extensions={"a": 1}))) == ["index", "extensions"]


@pytest.mark.parametrize("kind", KEY_ORDER)
def test_ordered_keys_are_fields(kind: type) -> None:
    assert set(KEY_ORDER[kind]) <= kind.__dataclass_fields__.keys()
