"""The binding under fire, in a process of its own: whatever is thrown at it, the interpreter lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("fuzz_meshopt.py")


@pytest.mark.parametrize("seed", range(3))
def test_the_interpreter_lives(seed: int) -> None:
    command = [sys.executable, "-X", "faulthandler", str(SCRIPT), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-3000:]
    worked, refused = map(int, done.stdout.split())
    assert worked > 150
    assert refused > 200
