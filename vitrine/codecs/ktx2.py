"""KTX2 images, which stay compressed in GPU memory: pixels <-> bytes, by the `basisu` program."""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from vitrine.arrays import Pixels
from vitrine.codecs.images import Kind
from vitrine.errors import ConfigError, ModelError

DEADLINE_S = 300.0
BLOCK_PX = 4
"""KHR_texture_basisu allows only sides that are multiples of this."""
COLOR = ("-q", "192")
"""ETC1S; at the program's default of 128 leather is 2 dB worse and a quarter smaller."""
DATA = ("-uastc", "-uastc_level", "1", "-linear")
"""ETC1S would blotch data: 27 dB for the roughness of a sofa, where this has 55. Level 2 takes three times
as long as 1 for 0.1 dB."""


def encode_ktx2(pixels: Pixels, *, kind: Kind) -> bytes:
    """Encode (h, w, 3 or 4) uint8 as KTX2 with mip levels: ETC1S for colour, UASTC for data and normals.

    Texels are repeated until sides are multiples of `BLOCK_PX`. Raises `ConfigError` when no `basisu` is on
    PATH, `ModelError` when it fails or takes longer than `DEADLINE_S`.
    """
    for axis in (0, 1):
        side = pixels.shape[axis]
        pixels = pixels.repeat(BLOCK_PX // math.gcd(side, BLOCK_PX), axis=axis)
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "in.png"), Path(name, "out.ktx2")
        Image.fromarray(pixels).save(source, compress_level=1)
        options = COLOR if kind == "color" else DATA
        more = ("-normal_map",) if kind == "normal" else ()
        _run(name, "-ktx2", "-mipmap", "-file", source.name, "-output_file", target.name, *options, *more)
        if not target.exists():
            raise ModelError("basisu reported success and wrote no file")
        return target.read_bytes()


def decode_ktx2(data: bytes) -> Pixels:
    """Decode the largest mip level to (h, w, 3) uint8 or, with alpha, (h, w, 4) uint8.

    The pixels are those of a GPU that transcodes to BC7. Raises as `encode_ktx2` does.
    """
    with tempfile.TemporaryDirectory() as name:
        Path(name, "in.ktx2").write_bytes(data)
        _run(name, "-unpack", "-no_ktx", "-format_only", "6", "-file", "in.ktx2")
        found = sorted(Path(name).glob("in_unpacked_rgba_*_0_0000.png"))
        if not found:
            raise ModelError("basisu unpacked no image from a KTX2 texture")
        with Image.open(found[0]) as image:
            rgba = np.asarray(image.convert("RGBA"))
        # BC7 may return a full alpha one or two steps lower.
        opaque = bool((rgba[..., 3] >= 252).all())
        return np.ascontiguousarray(rgba[..., :3]) if opaque else rgba


def _run(folder: str, *arguments: str) -> None:
    """Run `basisu` in the working directory `folder`."""
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
        if "Unrecognized command line option" in done.stdout + done.stderr:
            raise ConfigError(f"{program} is too old: KTX2 textures need basisu 1.16 or newer")
        raise ModelError(f"basisu failed ({done.returncode}): {(done.stderr or done.stdout)[-300:]}")
