"""A killed sandbox leaves its folder; the next one removes it, and no folder of a running sandbox."""

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


def test_the_folder_of_a_killed_sandbox_is_removed_by_the_next(tmp_path: Path) -> None:
    unrelated = tmp_path / "vitrine-sandbox-notes"
    unrelated.mkdir()
    killed, running = _start(tmp_path), _start(tmp_path)
    folders = {pid: next(tmp_path.glob(f"vitrine-sandbox-{pid}-*")) for pid in (killed.pid, running.pid)}
    killed.kill()
    killed.wait()
    assert folders[killed.pid].is_dir()
    third = _start(tmp_path)
    assert not folders[killed.pid].exists()
    assert folders[running.pid].is_dir()
    for process in (running, third):
        process.terminate()
        process.wait(20)
    assert list(tmp_path.iterdir()) == [unrelated]
