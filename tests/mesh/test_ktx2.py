from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from vitrine.errors import ConfigError, ModelError
from vitrine.gltf import Model, Texture, read_glb, write_glb
from vitrine.mesh.ktx2 import encode_ktx2
from vitrine.mesh.lods import build_lods
from vitrine.recipe import Level, WebOptions

LIKE = Texture(b"", "image/png")
PIXELS = np.zeros((8, 8, 3), np.uint8)
KTX2 = b"\xabKTX 20\xbb\r\n\x1a\n"


def stand_in(folder: Path, body: str) -> None:
    """A program that takes basisu's place: none is packaged where the tests run."""
    program = folder / "basisu"
    program.write_text(f"#!{sys.executable}\nimport sys, pathlib\nargs = sys.argv\n{body}\n")
    program.chmod(0o755)


def test_without_the_program_the_error_says_what_to_do(
    globe: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="basisu program on PATH"):
        encode_ktx2(PIXELS, kind="color", like=LIKE)
    ladder = (Level(triangles=100, texture_px=64),)
    with pytest.raises(ConfigError, match="leave `texture_format` at webp"):
        build_lods(write_glb(globe), ladder, WebOptions(texture_format="ktx2"))


def test_what_the_program_writes_goes_into_the_file(
    globe: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = (
        f"pathlib.Path(args[args.index('-output_file') + 1]).write_bytes({KTX2!r} + ' '.join(args).encode())"
    )
    stand_in(tmp_path, write)
    monkeypatch.setenv("PATH", str(tmp_path))
    ladder = (Level(triangles=1000, texture_px=64),)
    (file,) = build_lods(write_glb(globe), ladder, WebOptions(texture_format="ktx2"))
    material = read_glb(file.data).materials[0]
    assert material.base_color is not None
    assert material.metallic_roughness is not None
    assert material.base_color.media_type == "image/ktx2"
    assert b"-uastc" not in material.base_color.data
    assert b"-uastc -linear" in material.metallic_roughness.data


def test_a_program_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "sys.exit('out of luck')")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelError, match=r"basisu failed \(1\): out of luck"):
        encode_ktx2(PIXELS, kind="color", like=LIKE)
