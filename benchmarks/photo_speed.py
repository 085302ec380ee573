"""The CPU time of preparing a photo, beside that of an earlier commit, and whether the pixels are equal."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.checkout import REPOSITORY, check_out
from benchmarks.report import table, write_section
from benchmarks.shared_data import PHOTOS, SharedDataMissing, require

ROUNDS = 3
KINDS = {"cutout": "cut-outs", "studio": "studio photos", "scenes": "scenes", "samples": "samples"}


def main(arguments: list[str]) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks photo_speed", description=__doc__)
    parser.add_argument("--before", default="HEAD~1", help="the commit to compare with")
    options = parser.parse_args(arguments)
    try:
        require(PHOTOS)
    except SharedDataMissing as error:
        print(f"photo_speed was skipped: {error}", file=sys.stderr)
        return 1
    folders = {kind: (REPOSITORY if kind == "samples" else PHOTOS) / kind for kind in KINDS}
    photos = {kind: [p for p in sorted(folder.iterdir()) if _is_photo(p)] for kind, folder in folders.items()}
    paths = [str(path) for kind in photos.values() for path in kind]
    with tempfile.TemporaryDirectory() as folder:
        check_out(options.before, Path(folder))
        before, now = _measure(Path(folder), paths), _measure(REPOSITORY, paths)
    rows = [_row(KINDS[kind], [str(p) for p in photos[kind]], before, now) for kind in KINDS]
    equal = sum(before[path][1] == now[path][1] for path in paths)
    write_section(
        "Preparing a photo",
        f"python -m benchmarks photo_speed --before {options.before}",
        f"Median CPU time of a photo, the least of {ROUNDS} runs each; one process a version. Of "
        f"{len(paths)} photos, {equal} have the same pixels as before.\n\n"
        + table(("photos", "before", "now", "ratio"), [*rows, _row("all", paths, before, now)]),
    )
    return 0


def _is_photo(path: Path) -> bool:
    from vitrine.photos.decoding.file_signature import SUFFIXES

    return path.suffix.lower() in SUFFIXES


def _measure(version: Path, paths: list[str]) -> dict[str, tuple[float, str]]:
    command = [sys.executable, str(Path(__file__).with_name("photo_process.py")), str(ROUNDS), *paths]
    environment = os.environ | {"PYTHONPATH": str(version)}
    out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    measured: dict[str, tuple[float, str]] = json.loads(out)
    return measured


def _row(
    name: str, paths: list[str], before: dict[str, tuple[float, str]], now: dict[str, tuple[float, str]]
) -> tuple[str, str, str, str]:
    one, other = (statistics.median(took[path][0] for path in paths) for took in (before, now))
    total = sum(before[path][0] for path in paths) / sum(now[path][0] for path in paths)
    return name, f"{one:.2f} s", f"{other:.2f} s", f"{total:.1f} ×"
