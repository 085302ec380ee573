from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.gltf.texture_size import measure_texture_size
from vitrine.sandbox.engine import generate
from vitrine.sandbox.jobs.stub_model import STUB_GLB

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "stool.webp"


@pytest.mark.parametrize("texture_format", ["webp", "png"])
def test_a_texture_has_the_side_that_was_ordered(tmp_path: Path, texture_format: str) -> None:
    model = tmp_path / "m.glb"
    photo = SAMPLE.read_bytes()
    model.write_bytes(generate(photo, faces=10_000, texture_size=1024, texture_format=texture_format))  # type: ignore[arg-type]
    assert measure_texture_size(model) == {"texture_size": 1024}


@pytest.mark.parametrize(
    ("data", "told"), [(STUB_GLB, {"texture_size": 4}), (b"", {}), (b"glTF", {}), (STUB_GLB[:800], {})]
)
def test_what_cannot_be_read_says_nothing(tmp_path: Path, data: bytes, told: dict[str, int]) -> None:
    model = tmp_path / "m.glb"
    model.write_bytes(data)
    assert measure_texture_size(model) == told
