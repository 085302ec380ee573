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
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import httpx

from deployments.new_database import create_database
from deployments.profile import SERVER
from vitrine.errors import ConfigError
from vitrine.private_files import UMASK, private_opener, write_private

START_TIMEOUT_S = 90.0
"""It takes 3 s on two cores, and 10 s more where Prefect has to migrate its database."""
STOP_TIMEOUT_S = 15.0
"""How long a server may take to end after SIGINT, and again after SIGKILL."""
HOST = "127.0.0.1"
DATABASE = "prefect.db"


class ServerRecord(TypedDict):
    """The content of `server.json`: the server of a folder."""

    url: str
    pid: int
    prefect: str
    """The version of Prefect."""


def is_healthy(url: str) -> bool:
    """Whether a healthy Prefect API answers at `url`."""
    try:
        return httpx.get(f"{url}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def start(folder: Path, port: int = 0, idle_s: float = 0.0) -> ServerRecord:
    """Start a server with its database in `folder`, on a free port by default; write `server.json` there.

    It stops itself `idle_s` seconds after its last user, unless that is 0.
    """
    port = port or _free_port()
    url = f"http://{HOST}:{port}/api"
    create_database(folder / DATABASE)
    server = ["server", "start", "--host", HOST, "--port", str(port)]
    with open(folder / "server.log", "w", opener=private_opener) as log:
        # In a session of its own: Ctrl-C in the terminal stops the run, and the server then records that.
        process = subprocess.Popen(
            [sys.executable, "-m", "deployments.idle_server", str(folder), str(idle_s), *server],
            env=environment(folder, url),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=UMASK,
        )
    record = ServerRecord(url=url, pid=process.pid, prefect=version("prefect"))
    write_private(folder / "server.json", json.dumps(record))
    return record


def recorded_server(folder: Path) -> ServerRecord | None:
    """The server that an earlier process has started here, running or starting; `None` if it has ended.

    A server of another version of Prefect than the installed one does not count.
    """
    try:
        record: ServerRecord = json.loads((folder / "server.json").read_text())
    except (OSError, ValueError):
        return None
    if record.get("prefect") != version("prefect"):
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

    Keys and passwords are left out. Without `PREFECT_SERVER_UI_API_URL` the server's pages call port 4200, on
    whatever port it listens.
    """
    own = {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / DATABASE}",
        "PREFECT_SERVER_UI_API_URL": url,
    }
    return {**SERVER, **own, **{name: value for name, value in os.environ.items() if not _is_secret(name)}}


def _is_secret(name: str) -> bool:
    """Whether a variable is a credential that the server, which outlives the command, has no need of."""
    words = ("KEY", "SECRET", "TOKEN", "PASSWORD", "CREDENTIALS")
    return not name.startswith("PREFECT_") and any(word in name.upper() for word in words)


def _is_alive(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:  # started by another process, which may not have reaped it yet
        return _is_server(pid)


def _is_server(pid: int) -> bool:
    """Whether the process runs and is a Prefect server, not another process that has its id since.

    A process that has ended and is not reaped has an empty command line.
    """
    if not Path("/proc/self").exists():
        return _signal(pid, 0)
    try:
        return b"deployments.idle_server" in Path(f"/proc/{pid}/cmdline").read_bytes()
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
