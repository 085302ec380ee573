"""What a killed download leaves behind is swept by the next one; a living one's stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from benchmarks.sandbox_process import running_sandbox
from vitrine.purchasing.fetch.downloads import OTHER_MACHINE_KEEP_S, download_folder, sweep


def _wait_for(root: Path) -> Path:
    end = time.monotonic() + 30
    while not (found := sorted(root.glob("*"))):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found[0]


def test_a_killed_download_is_swept_and_fetched_by_the_next_run(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with running_sandbox(tmp_path) as url:
        stall = {"kind": "stall", "on": "download", "delay_s": 10}
        httpx.post(f"{url}/sandbox/faults", json=stall).raise_for_status()
        command = [
            sys.executable,
            "-m",
            "benchmarks.buying_process",
            "--sandbox",
            url,
            "--home",
            str(tmp_path),
        ]
        command += ["--ledger", f"sqlite:///{tmp_path / 'ledger.sqlite3'}", "--products", "1"]
        env = {**os.environ, "TMPDIR": str(temporary)}
        root = tmp_path / "cache" / "downloads"
        buyer = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        left = _wait_for(root)
        (left / ".raw.glb.part").write_bytes(b"glTF, the first half")
        buyer.send_signal(signal.SIGKILL)
        buyer.wait()
        assert left.is_dir()
        # If the first buyer was killed before its request was there, the second one's is held.
        done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, timeout=300, check=False)
        assert done.returncode == 0
        assert list(root.iterdir()) == []
        assert list(temporary.iterdir()) == []
        assert httpx.get(f"{url}/sandbox/sales").json()["count"] == 1


def test_a_living_process_keeps_its_downloads(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from vitrine.purchasing.fetch.downloads import download_folder\n"
        "with download_folder(pathlib.Path(sys.argv[1])) as here: (here / 'part').touch(); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE) as other:
        theirs = _wait_for(tmp_path / "downloads")
        with download_folder(tmp_path) as mine:
            sweep(mine.parent)
            assert theirs.is_dir()
            assert mine.is_dir()
        assert not mine.exists()
        other.kill()
        other.wait()
        sweep(tmp_path / "downloads")
        assert not theirs.exists()


@pytest.mark.parametrize(("age_s", "stays"), [(60.0, True), (OTHER_MACHINE_KEEP_S + 60, False)])
def test_another_machines_downloads_go_when_it_is_old(tmp_path: Path, age_s: float, stays: bool) -> None:
    theirs = tmp_path / "elsewhere:0000:1~77~123~abcd"
    theirs.mkdir()
    then = time.time() - age_s
    os.utime(theirs, (then, then))
    sweep(tmp_path)
    assert theirs.exists() is stays
