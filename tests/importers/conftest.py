"""Model files written by hand, so that a test says exactly what stands in them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

OBJ = """mtllib chair.mtl
v 0 0 0
v 1 0 0
v 1 2 0
v 0 2 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl wood
f 1/1 2/2 3/3 4/4
"""
MTL = """newmtl wood
Kd 0.5 0.25 1
Ns 6
map_Kd wood.png
map_Bump bumps.png
"""


@pytest.fixture
def wood() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "brown").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def chair_obj(tmp_path: Path, wood: bytes) -> Path:
    """A square, one metre wide and two high, with a material and a texture."""
    folder = tmp_path / "chair"
    folder.mkdir()
    (folder / "chair.obj").write_text(OBJ)
    (folder / "chair.mtl").write_text(MTL)
    (folder / "wood.png").write_bytes(wood)
    return folder / "chair.obj"
