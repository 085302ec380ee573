"""An earlier version of the code, to measure beside this one."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def check_out(commit: str, folder: Path) -> Path:
    """Write the code of a commit into a folder, compile what it has to compile, and return the folder."""
    command = [shutil.which("git") or "git", "archive", commit]
    packed = subprocess.run(command, check=True, capture_output=True, cwd=REPOSITORY).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    if (folder / "hatch_build.py").exists():
        _compile(folder)
    return folder


def _compile(folder: Path) -> None:
    """Take the extension module from a wheel, which is built with the versions that the commit pins."""
    with tempfile.TemporaryDirectory() as name:
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", name]
        pins = ["--constraint", str(folder / "constraints.txt")]
        subprocess.run([*pip, *pins, str(folder)], check=True)
        [wheel] = Path(name).glob("*.whl")
        with zipfile.ZipFile(wheel) as built:
            for each in built.namelist():
                if each.endswith((".so", ".pyd")):
                    built.extract(each, folder)
