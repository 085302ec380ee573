"""Start a Prefect server in a process of its own, record it in a file at once, wait for it, and stop it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import httpx

from deployments.profile import SERVER
from vitrine.errors import ConfigError

START_TIMEOUT_S = 90.0
"""A new database takes 10 s on two cores, an existing one 3 s."""
STOP_TIMEOUT_S = 15.0
"""How long a server may take to end after SIGINT, and again after SIGKILL."""
HOST = "127.0.0.1"


class ServerRecord(TypedDict):
    """The content of `server.json`: the server of a folder."""

    url: str
    pid: int


def is_healthy(url: str) -> bool:
    """Whether a healthy Prefect API answers at `url`."""
    try:
        return httpx.get(f"{url}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def start(folder: Path, port: int = 0) -> ServerRecord:
    """Start a server with its database in `folder`, on a free port by default; write `server.json` there."""
    port = port or _free_port()
    url = f"http://{HOST}:{port}/api"
    with (folder / "server.log").open("w") as log:
        # In a session of its own: Ctrl-C in the terminal stops the run, and the server then records that.
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)],
            env=environment(folder, url),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    record = ServerRecord(url=url, pid=process.pid)
    (folder / "server.json").write_text(json.dumps(record))
    return record


def recorded_server(folder: Path) -> ServerRecord | None:
    """The server that an earlier process has started here, running or starting; `None` if it has ended."""
    try:
        record: ServerRecord = json.loads((folder / "server.json").read_text())
    except (OSError, ValueError):
        return None
    return record if is_healthy(record["url"]) or _is_server(record["pid"]) else None


def wait_until_healthy(record: ServerRecord, folder: Path) -> None:
    """Wait until the server answers. Raises `ConfigError`, with the last lines of its log, if it does not."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_healthy(record["url"]):
        if time.monotonic() > deadline or not _is_alive(record["pid"]):
            stop(record, folder)
            log = folder / "server.log"
            last = "\n".join(log.read_text().splitlines()[-3:])
            raise ConfigError(
                f"the Prefect server did not start within {START_TIMEOUT_S:.0f} s; {log} ends: {last}"
            )
        time.sleep(0.05)


def stop(record: ServerRecord, folder: Path) -> None:
    """Stop the server and wait until its process has ended; kill it if that takes too long."""
    (folder / "server.json").unlink(missing_ok=True)
    for number in (signal.SIGINT, signal.SIGKILL):
        _signal(record["pid"], number)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while time.monotonic() < deadline:
            if not _is_alive(record["pid"]):
                return
            time.sleep(0.05)


def environment(folder: Path, url: str) -> Mapping[str, str]:
    """The environment of a server at `url` whose database is in `folder`; variables that are set are kept.

    Without `PREFECT_SERVER_UI_API_URL` the server's pages call port 4200, on whatever port it listens.
    """
    database = f"sqlite+aiosqlite:///{folder / 'prefect.db'}"
    own = {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database,
        "PREFECT_SERVER_UI_API_URL": url,
    }
    return {**SERVER, **own, **os.environ}


def _is_alive(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:  # started by another process, which may not have reaped it yet
        return _is_server(pid)


def _is_server(pid: int) -> bool:
    """Whether the process runs and is a Prefect process, not another one that has its id since.

    A process that has ended and is not reaped has an empty command line.
    """
    if not Path("/proc/self").exists():
        return _signal(pid, 0)
    try:
        return b"prefect" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
