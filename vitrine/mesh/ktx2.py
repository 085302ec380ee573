"""KTX2 textures, which stay compressed on the graphics card, by the `basisu` program when it is there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image

from vitrine.errors import ConfigError, ModelError
from vitrine.gltf.model import Texture
from vitrine.mesh.textures import Kind, Pixels

DEADLINE_S = 300.0


def encode_ktx2(pixels: Pixels, *, kind: Kind, like: Texture) -> Texture:
    """ETC1S for colour, UASTC for data and normals, which it would blotch; mip levels included.

    Raises `ConfigError` when no `basisu` is on PATH, `ModelError` when it fails.
    """
    program = shutil.which("basisu")
    if program is None:
        raise ConfigError(
            "KTX2 textures need the basisu program on PATH (github.com/BinomialLLC/basis_universal): "
            "install it, or leave `texture_format` at webp"
        )
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "in.png"), Path(name, "out.ktx2")
        Image.fromarray(pixels).save(source)
        command = [program, "-ktx2", "-mipmap", "-file", str(source), "-output_file", str(target)]
        if kind != "color":
            command += ["-uastc", "-linear"]
        if kind == "normal":
            command += ["-normal_map"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S)
        except subprocess.TimeoutExpired as error:
            raise ModelError(f"basisu took longer than {DEADLINE_S:.0f} s for one texture") from error
        if done.returncode != 0 or not target.exists():
            raise ModelError(f"basisu failed ({done.returncode}): {(done.stderr or done.stdout)[-300:]}")
        return replace(like, data=target.read_bytes(), media_type="image/ktx2")
