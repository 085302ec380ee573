"""KTX2 textures, which stay compressed on the graphics card, by the `basisu` program when it is there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from vitrine.errors import ConfigError, ModelError
from vitrine.gltf.model import Texture
from vitrine.textures.images import Kind, Pixels

DEADLINE_S = 300.0
BLOCK_PX = 4
"""KHR_texture_basisu allows only sides that are multiples of this."""
COLOR = ("-q", "192")
"""ETC1S; at the program's own 128 leather is 2 dB worse and a quarter smaller."""
DATA = ("-uastc", "-uastc_level", "1", "-linear")
"""ETC1S would blotch data: 27 dB for the finish of a sofa, where this has 55. Level 2 takes three times as
long as 1 for 0.1 dB."""


def encode_ktx2(pixels: Pixels, *, kind: Kind, like: Texture) -> Texture:
    """ETC1S for colour, UASTC for data and normals, mip levels included; the sampler is `like`'s.

    Raises `ConfigError` when no `basisu` is on PATH, `ModelError` when it fails.
    """
    pixels = pixels.repeat(max(BLOCK_PX // pixels.shape[0], 1), axis=0)
    pixels = pixels.repeat(max(BLOCK_PX // pixels.shape[1], 1), axis=1)
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "in.png"), Path(name, "out.ktx2")
        Image.fromarray(pixels).save(source, compress_level=1)
        how = COLOR if kind == "color" else DATA
        more = ("-normal_map",) if kind == "normal" else ()
        _run(name, "-ktx2", "-mipmap", "-file", source.name, "-output_file", target.name, *how, *more)
        if not target.exists():
            raise ModelError("basisu said nothing and wrote no file")
        return replace(like, data=target.read_bytes(), media_type="image/ktx2")


def decode_ktx2(texture: Texture) -> Texture:
    """The picture as PNG, as a graphics card shows it that has BC7; the sampler stays.

    Raises as `encode_ktx2` does.
    """
    with tempfile.TemporaryDirectory() as name:
        Path(name, "in.ktx2").write_bytes(texture.data)
        _run(name, "-unpack", "-no_ktx", "-format_only", "6", "-file", "in.ktx2")
        found = sorted(Path(name).glob("in_unpacked_rgba_*_0_0000.png"))
        if not found:
            raise ModelError("basisu unpacked no picture from a KTX2 texture")
        with Image.open(found[0]) as picture:
            rgba = np.asarray(picture.convert("RGBA"))
        # Packed anew as BC7, a full alpha may come back a step or two lower.
        opaque = bool((rgba[..., 3] >= 252).all())
        Image.fromarray(rgba[..., :3] if opaque else rgba).save(found[0], compress_level=1)
        return replace(texture, data=found[0].read_bytes(), media_type="image/png")


def _run(folder: str, *arguments: str) -> None:
    """Run `basisu` in a folder of its own."""
    program = shutil.which("basisu")
    if program is None:
        raise ConfigError(
            "KTX2 textures need the basisu program on PATH (github.com/BinomialLLC/basis_universal): "
            "install it, or leave `texture_format` at webp"
        )
    command = [program, *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=DEADLINE_S)
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"basisu took longer than {DEADLINE_S:.0f} s for one texture") from error
    except OSError as error:
        raise ConfigError(f"{program} cannot be run: {error.strerror or error}") from error
    if done.returncode != 0:
        raise ModelError(f"basisu failed ({done.returncode}): {(done.stderr or done.stdout)[-300:]}")
