from __future__ import annotations

import sys

import numpy as np
import pytest

from vitrine.codecs.draco import decode_draco, encode_draco
from vitrine.errors import ConfigError

POSITIONS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
TRIANGLES = np.array([[0, 1, 2]], np.uint32)
BITS = {"position_bits": 14, "normal_bits": 8, "uv_bits": 12}


def test_a_mesh_is_decoded_within_its_quantization_step() -> None:
    pytest.importorskip("DracoPy")
    normals = np.tile(np.array([0, 0, 1], np.float32), (3, 1))
    mesh = decode_draco(encode_draco(POSITIONS, TRIANGLES, normals=normals, **BITS))
    values = {attribute.semantic: attribute.values for attribute in mesh.attributes}
    assert (mesh.triangles.shape, mesh.triangles.dtype) == ((1, 3), np.uint32)
    assert values.keys() == {"POSITION", "NORMAL"}
    assert np.allclose(sorted(values["POSITION"].tolist()), sorted(POSITIONS.tolist()), atol=1 / (2**14 - 1))
    assert len({attribute.unique_id for attribute in mesh.attributes}) == 2


def test_data_that_does_not_decode_is_a_value_error() -> None:
    pytest.importorskip("DracoPy")
    with pytest.raises(ValueError, match=r"."):
        decode_draco(b"DRACO nonsense")


def test_without_the_package_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "DracoPy", None)
    with pytest.raises(ConfigError, match=r"pip install vitrine\[draco\]"):
        decode_draco(b"")
