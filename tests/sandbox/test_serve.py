"""The sandbox as a process: its first line, its answers while models are generated, and its exit."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import httpx

KEY = {"x-api-key": "sk-1234"}
COMMAND = [sys.executable, "-m", "vitrine.sandbox", "--port", "0"]


def test_it_responds_while_models_are_generated_and_exits_with_its_parent(cup, data_uri, tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    command = [*COMMAND, "--book", str(tmp_path / "sales.jsonl"), "--parent-pid", str(parent.pid)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        url = process.stdout.readline().split()[-1]
        with httpx.Client(base_url=url, timeout=20) as client:
            health = client.get("/sandbox/health").json()
            assert health["preview"] is True
            assert "not TRELLIS.2" in health["notice"]
            assert "not TRELLIS.2" in client.get("/").text
            body = {"model": "trellis-2-4b", "image": data_uri(cup), "decimation_target": 300_000}
            path = client.post("/v1/3d/generations", json=body, headers=KEY).json()["poll_url"]
            slowest, deadline = 0.0, time.monotonic() + 60
            while True:
                start = time.monotonic()
                status = client.get(path, headers=KEY).json()["status"]
                slowest = max(slowest, time.monotonic() - start)
                if status == "completed":
                    break
                assert status in {"queued", "processing"}
                assert time.monotonic() < deadline
                time.sleep(0.02)
            assert slowest < 1.0
        parent.communicate(b"\n")
        assert process.wait(15) == 0
        assert "not TRELLIS.2" in process.stderr.read()
    finally:
        parent.kill()
        process.kill()
        process.wait(5)


def test_a_port_that_is_in_use_is_reported_without_a_traceback():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "vitrine.sandbox", "--port", port],
            capture_output=True,
            text=True,
            timeout=20,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr
