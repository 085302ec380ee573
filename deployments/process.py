"""The process of a Prefect server: started, and noted at once so that nobody loses it; awaited; stopped."""

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

START_LIMIT_S = 90.0
"""A new database takes 10 s here, an old one 3 s."""
STOP_LIMIT_S = 15.0
HOST = "127.0.0.1"


class Note(TypedDict):
    """What `server.json` says of the server that serves a home."""

    url: str
    pid: int


def answers(url: str) -> bool:
    """Whether a healthy Prefect API is at `url`."""
    try:
        return httpx.get(f"{url}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def start(folder: Path, port: int = 0) -> Note:
    """Start a server with its database in `folder`, on a free port by default, and note it there."""
    port = port or _free_port()
    url = f"http://{HOST}:{port}/api"
    with (folder / "server.log").open("w") as log:
        # Its own session: a Ctrl-C in the terminal stops the run, and the server still has to record that.
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)],
            env=environment(folder, url),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    note = Note(url=url, pid=process.pid)
    (folder / "server.json").write_text(json.dumps(note))
    return note


def noted(folder: Path) -> Note | None:
    """The server that an earlier process has started here, up or still starting; `None` if it is gone."""
    try:
        note: Note = json.loads((folder / "server.json").read_text())
    except (OSError, ValueError):
        return None
    return note if answers(note["url"]) or _is_server(note["pid"]) else None


def await_answer(note: Note, folder: Path) -> None:
    """Wait until the server answers. Raises `ConfigError` with the end of its log when it does not."""
    deadline = time.monotonic() + START_LIMIT_S
    while not answers(note["url"]):
        if time.monotonic() > deadline or not _is_alive(note["pid"]):
            stop(note, folder)
            log = folder / "server.log"
            last = "\n".join(log.read_text().splitlines()[-3:])
            raise ConfigError(
                f"the Prefect server did not start within {START_LIMIT_S:.0f} s; {log} ends: {last}"
            )
        time.sleep(0.05)


def stop(note: Note, folder: Path) -> None:
    """Stop the server and wait until it is gone; killed if it takes too long."""
    (folder / "server.json").unlink(missing_ok=True)
    deadline = time.monotonic() + STOP_LIMIT_S
    _signal(note["pid"], signal.SIGINT)
    while _is_alive(note["pid"]):
        if time.monotonic() > deadline:
            _signal(note["pid"], signal.SIGKILL)
            return
        time.sleep(0.05)


def environment(folder: Path, url: str) -> Mapping[str, str]:
    """The environment of a server at `url` whose database is in `folder`; what is already set stays.

    Without `PREFECT_SERVER_UI_API_URL` its pages ask port 4200, wherever it listens.
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
    """Whether the process runs, and is not something else that got its number since.

    One that has ended but is not reaped has an empty command line.
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
