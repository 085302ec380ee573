"""A killed sandbox leaves a folder; the next one removes it, and leaves alone what belongs to the living."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def _start(temporary: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "vitrine.sandbox", "--port", "0", "--engine", "stub"]
    env = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert "listening" in process.stdout.readline()
    return process


def test_what_a_killed_sandbox_left_is_removed_by_the_next(tmp_path: Path) -> None:
    somebodys = tmp_path / "vitrine-sandbox-notes"
    somebodys.mkdir()
    killed, living = _start(tmp_path), _start(tmp_path)
    folders = {pid: next(tmp_path.glob(f"vitrine-sandbox-{pid}-*")) for pid in (killed.pid, living.pid)}
    killed.kill()
    killed.wait()
    assert folders[killed.pid].is_dir()
    third = _start(tmp_path)
    assert not folders[killed.pid].exists()
    assert folders[living.pid].is_dir()
    for process in (living, third):
        process.terminate()
        process.wait(20)
    assert list(tmp_path.iterdir()) == [somebodys]
