from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.drain import Drained, drain
from deployments.process import environment, is_healthy, recorded_server, start, stop
from deployments.profile import SERVER, exports
from deployments.server import local_server
from tasks.policy import step
from tasks.run_count import count_task_runs
from vitrine.errors import ConfigError

pytestmark = pytest.mark.server

PATIENCE_S = 60.0
"""How long tests wait for what a busy machine does late; nothing takes as long when all is well."""
SHARER = """
import sys
from collections import Counter
from pathlib import Path
from deployments.server import local_server
with local_server(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_a_burst_is_recorded_to_the_last_run(prefect_server: str, tmp_path: Path) -> None:
    """On a server of its own: an automation on the shared one would take turns with the recorder."""
    drain(prefect_server, Counter())  # ends the threads that send this process's events to the shared one

    @step()
    async def quick(i: int) -> int:
        return i

    @flow
    async def burst() -> int:
        return len(await asyncio.gather(*(quick(i) for i in range(300))))

    with (
        temporary_settings({PREFECT_API_URL: None}),
        local_server(tmp_path) as url,
        count_task_runs() as run_count,
    ):
        assert asyncio.run(burst()) == 300
        assert drain(url, run_count, patience_s=PATIENCE_S) == Drained(recorded=300, started=300)


def test_one_server_serves_all_processes_of_a_home(prefect_server: str, tmp_path: Path) -> None:
    """Two processes and a leftover: one server, stopped by the last to leave."""
    del prefect_server  # a configured server is not what this is about
    env = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SHARER, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        for _ in range(2)
    ]
    urls = [process.stdout.readline().strip() for process in processes if process.stdout]
    assert urls[0] == urls[1] != ""
    processes[0].kill()  # it cannot clean up, and must not take the server with it
    processes[0].wait()
    assert is_healthy(urls[0])
    processes[1].communicate("")
    assert not is_healthy(urls[0])
    assert not (tmp_path / "prefect" / "server.json").exists()


def test_the_last_to_leave_need_not_be_the_first(prefect_server: str, tmp_path: Path) -> None:
    """The one that started the server lives on without reaping it; the other one stops it, and ends."""
    del prefect_server
    env = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    record = start(tmp_path)  # our child: an ended server stays a zombie until we look
    stopper = "from deployments.process import recorded_server, stop; import pathlib, sys; "
    stopper += "folder = pathlib.Path(sys.argv[1]); stop(recorded_server(folder), folder)"
    subprocess.run([sys.executable, "-c", stopper, str(tmp_path)], env=env, timeout=PATIENCE_S, check=True)
    assert recorded_server(tmp_path) is None
    assert not is_healthy(record["url"])
    os.waitpid(record["pid"], 0)


def test_a_server_whose_starter_dies_is_found(prefect_server: str, tmp_path: Path) -> None:
    """It is recorded before it answers: the next process waits for it and starts no second one."""
    del prefect_server
    assert recorded_server(tmp_path) is None
    record = start(tmp_path)
    try:
        assert recorded_server(tmp_path) == record
    finally:
        stop(record, tmp_path)
    assert recorded_server(tmp_path) is None
    with pytest.raises(ChildProcessError):  # ended, and reaped by `stop`
        os.waitpid(record["pid"], os.WNOHANG)


def test_a_server_waits_for_the_next_command_and_then_stops_itself(
    prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second command finds the server of the first; when nobody comes, the server ends by itself."""
    del prefect_server
    monkeypatch.setenv("VITRINE_SERVER_IDLE_S", "10")
    with temporary_settings({PREFECT_API_URL: None}):
        with local_server(tmp_path) as first:
            pass
        record = recorded_server(tmp_path / "prefect")
        assert is_healthy(first)
        with local_server(tmp_path) as second:
            assert second == first
    assert record is not None
    deadline = time.monotonic() + PATIENCE_S
    while os.waitpid(record["pid"], os.WNOHANG) == (0, 0):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert recorded_server(tmp_path / "prefect") is None


def test_a_server_of_another_prefect_is_not_used(tmp_path: Path) -> None:
    record = {"url": "http://127.0.0.1:9/api", "pid": os.getpid(), "prefect": "3.0.0"}
    (tmp_path / "server.json").write_text(json.dumps(record))
    assert recorded_server(tmp_path) is None


def test_the_server_has_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXAZO_API_KEY", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "admin:pass")
    environ = environment(tmp_path, "http://127.0.0.1:1/api")
    assert not {"PIXAZO_API_KEY", "AWS_SECRET_ACCESS_KEY"} & environ.keys()
    assert environ["PREFECT_SERVER_API_AUTH_STRING"] == "admin:pass"


def test_a_configured_server_is_used(prefect_server: str, tmp_path: Path) -> None:
    with local_server(tmp_path) as url:
        assert url == prefect_server
    assert is_healthy(prefect_server)
    assert list(tmp_path.iterdir()) == []


def test_a_configured_server_that_is_silent_is_named(prefect_server: str, tmp_path: Path) -> None:
    del prefect_server
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(ConfigError, match=r"no Prefect server answers at http://127\.0\.0\.1:9/api"),
        local_server(tmp_path),
    ):
        raise AssertionError("not reached")


def test_the_profile_reaches_the_server(prefect_server: str, tmp_path: Path) -> None:
    """Every name is one that Prefect knows, with the value it was given."""
    told = httpx.get(f"{prefect_server}/admin/settings").json()["server"]
    services = told["services"]
    assert services["task_run_recorder"]["batch_size"] == 100
    assert services["task_run_recorder"]["read_batch_size"] == 100
    assert services["event_persister"]["batch_size"] == 100
    assert services["event_persister"]["read_batch_size"] == 100
    assert services["triggers"]["read_batch_size"] == 100
    assert sorted(services["db_vacuum"]["enabled"]) == ["events", "flow_runs"]
    assert told["analytics_enabled"] is False
    assert told["ui"]["api_url"] == prefect_server
    environ = environment(tmp_path, prefect_server)
    assert environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"].endswith("/prefect.db")
    assert all(f"export {name}=" in exports() for name in SERVER)
