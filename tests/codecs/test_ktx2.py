from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vitrine.codecs.images import image_size
from vitrine.codecs.ktx2 import decode_ktx2, encode_ktx2
from vitrine.errors import ConfigError, ModelError
from vitrine.gltf import Material, Mesh, Model, Texture, read_glb, write_glb
from vitrine.gltf.container import read_container
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import Level, WebOptions

PIXELS = np.zeros((8, 8, 3), np.uint8)
KTX2 = b"\xabKTX 20\xbb\r\n\x1a\n"
WEB = WebOptions(texture_format="ktx2")
SRGB, LINEAR = 2, 1
ETC1S, UASTC = 163, 166


def smooth(size: int = 64) -> np.ndarray:
    """Slow waves: what any codec keeps well."""
    x, y = np.meshgrid(*[np.linspace(0, 5, size)] * 2)
    waves = [np.sin(x), np.cos(y), np.sin(x + y)]
    return np.asarray(128 + 100 * np.stack(waves, axis=2), np.uint8)


def described(data: bytes) -> tuple[int, int, int]:
    """Levels, colour model and transfer function, from a KTX2 file's head and its data format descriptor."""
    (levels,) = struct.unpack_from("<I", data, 40)
    (start,) = struct.unpack_from("<I", data, 48)
    model, _, transfer = struct.unpack_from("<3B", data, start + 12)
    return levels, model, transfer


@pytest.mark.usefixtures("basisu")
@pytest.mark.parametrize(
    ("kind", "model", "transfer", "within"),
    [("color", ETC1S, SRGB, 6), ("data", UASTC, LINEAR, 1.5), ("normal", UASTC, LINEAR, 1.5)],
)
def test_pixels_come_back(kind: Any, model: int, transfer: int, within: float) -> None:
    data = encode_ktx2(smooth(), kind=kind)
    assert data.startswith(KTX2)
    assert image_size(data, "image/ktx2") == (64, 64)
    assert described(data) == (7, model, transfer)
    assert np.abs(decode_ktx2(data).astype(int) - smooth()).mean() < within
    assert encode_ktx2(smooth(), kind=kind) == data


@pytest.mark.usefixtures("basisu")
def test_alpha_comes_back() -> None:
    pixels = np.dstack([smooth(), np.full((64, 64), 90, np.uint8)])
    back = decode_ktx2(encode_ktx2(pixels, kind="color"))
    assert back.shape == (64, 64, 4)
    assert np.abs(back[..., 3].astype(int) - 90).max() <= 4


@pytest.mark.usefixtures("basisu")
@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 16), (8, 1)])
def test_small_images_grow_to_whole_blocks(height: int, width: int) -> None:
    pixels = np.full((height, width, 3), (200, 100, 50), np.uint8)
    data = encode_ktx2(pixels, kind="color")
    assert image_size(data, "image/ktx2") == (max(width, 4), max(height, 4))
    assert np.abs(decode_ktx2(data).astype(int) - (200, 100, 50)).max() <= 8


@pytest.mark.usefixtures("basisu")
def test_files_are_valid_and_keep_what_is_ktx2_already(
    make_sphere: Callable[..., Mesh],
    make_texture: Callable[..., Texture],
    khronos_validate: Any,
    tmp_path: Path,
) -> None:
    material = Material(base_color=make_texture(64), metallic_roughness=make_texture(32))
    model = Model((make_sphere(8),), (material,))
    (file,) = build_lods(write_glb(model), (Level(triangles=1000, texture_px=64),), WEB)
    assert "KHR_texture_basisu" in read_container(file.data).document["extensionsRequired"]
    (again,) = build_lods(file.data, (Level(triangles=1000, texture_px=32),), WEB)
    assert read_glb(again.data).materials[0].base_color == read_glb(file.data).materials[0].base_color
    for name, built in (("a", file), ("b", again)):
        (tmp_path / f"{name}.glb").write_bytes(built.data)
    for verdict in khronos_validate(sorted(tmp_path.iterdir())):
        # The validator does not know KTX2 (KhronosGroup/glTF-Validator#177), and says so twice a picture.
        told = {(message["code"], message["pointer"]) for message in verdict["messages"]}
        unknown = {("IMAGE_UNRECOGNIZED_FORMAT", f"/images/{number}") for number in (0, 1)}
        unknown |= {("VALUE_NOT_IN_LIST", f"/images/{number}/mimeType") for number in (0, 1)}
        assert verdict["errors"] == 0
        assert told == unknown


def stand_in(folder: Path, body: str) -> None:
    """A program that takes basisu's place, to see what happens when it misbehaves."""
    program = folder / "basisu"
    program.write_text(f"#!{sys.executable}\nimport sys, pathlib\nargs = sys.argv\n{body}\n")
    program.chmod(0o755)


def test_without_the_program_the_error_says_what_to_do(
    globe: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="basisu program on PATH"):
        encode_ktx2(PIXELS, kind="color")
    ladder = (Level(triangles=100, texture_px=64),)
    with pytest.raises(ConfigError, match="leave `texture_format` at webp"):
        build_lods(write_glb(globe), ladder, WEB)


def test_a_program_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    stand_in(tmp_path, "sys.exit('out of luck')")
    with pytest.raises(ModelError, match=r"basisu failed \(1\): out of luck"):
        encode_ktx2(PIXELS, kind="color")
    stand_in(tmp_path, "")
    with pytest.raises(ModelError, match="wrote no file"):
        encode_ktx2(PIXELS, kind="color")
    with pytest.raises(ModelError, match="unpacked no image"):
        decode_ktx2(KTX2)


def test_a_program_that_is_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the npm package for processors without SSE 4.1 is 1.15."""
    monkeypatch.setenv("PATH", str(tmp_path))
    stand_in(tmp_path, "sys.exit('ERROR: Unrecognized command line option: -format_only')")
    with pytest.raises(ConfigError, match=r"basisu is too old: .* 1\.16 or newer"):
        decode_ktx2(KTX2)


def test_a_program_for_another_machine_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "basisu").write_bytes(b"\x7fELF\0")
    (tmp_path / "basisu").chmod(0o755)
    with pytest.raises(ConfigError, match="cannot be run"):
        encode_ktx2(PIXELS, kind="color")
