"""Atlases are destroyed, and the process goes on."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import random, time
from vitrine.geometry.atlas import new_atlas
for _ in range(20_000):
    with new_atlas() as atlas:
        end = time.perf_counter() + random.random() * 1e-4
        while time.perf_counter() < end:
            pass
    del atlas
print("ended")
"""
"""Half of the time an atlas is destroyed while its threads start."""


def test_an_atlas_never_waits_for_its_threads_for_ever() -> None:
    told = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=240)
    assert told.stdout == "ended\n", told.stderr
