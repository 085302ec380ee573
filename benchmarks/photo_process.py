"""Prepare the photos that are named, and print for each its CPU time and the sha256 of its pixels as JSON.

A process of its own, with PYTHONPATH set to one version of Vitrine.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
from pathlib import Path


def measure(paths: list[str], rounds: int) -> dict[str, tuple[float, str]]:
    """Return the least CPU seconds of `rounds` and the sha256 of the prepared pixels, by path."""
    from PIL import Image

    from vitrine.photos.prepare_photo import prepare_photo
    from vitrine.recipe import PhotoOptions

    measured = {}
    for path in paths:
        data, least_s = Path(path).read_bytes(), float("inf")
        for _ in range(rounds):
            start = time.process_time()
            png = prepare_photo(data, path, PhotoOptions()).png
            least_s = min(least_s, time.process_time() - start)
        pixels = Image.open(io.BytesIO(png)).convert("RGBA").tobytes()
        measured[path] = (least_s, hashlib.sha256(pixels).hexdigest())
    return measured


if __name__ == "__main__":
    json.dump(measure(sys.argv[2:], int(sys.argv[1])), sys.stdout)
