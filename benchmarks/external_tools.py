"""The command-line tools from npm that Vitrine is compared with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BIN = HERE / "node_modules" / ".bin"


def install() -> None:
    """Install gltf-transform and gltfpack at the versions of the lock file, unless they are installed."""
    if (BIN / "gltf-transform").exists() and (BIN / "gltfpack").exists():
        return
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        sys.exit("no npm: `make setup` installs it")
    subprocess.run([npm, "ci", "--prefix", str(HERE), "--silent", "--no-audit", "--no-fund"], check=True)


def gltf_transform(source: Path, target: Path, ratio: float, texture_px: int) -> list[str]:
    """The command for one level as users of gltf-transform run it: simplify, resize, WebP, meshopt."""
    options = ["--compress", "meshopt", "--texture-compress", "webp", "--texture-size", str(texture_px)]
    options += ["--simplify-ratio", f"{ratio:.6f}", "--simplify-error", "1"]
    return [str(BIN / "gltf-transform"), "optimize", str(source), str(target), *options]


def gltfpack(source: Path, target: Path, ratio: float) -> list[str]:
    """The command for one level: simplify, quantize, meshopt. It keeps UVs that no texture uses."""
    options = ["-c", "-kv", "-si", f"{ratio:.6f}", "-se", "1"]
    return [str(BIN / "gltfpack"), "-i", str(source), "-o", str(target), *options]
