"""A Prefect server for this machine: yours if you have one, else one of our own on loopback.

`python -m deployments.server` keeps one running on port 4200, with the history of every run made here.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypedDict

import httpx

from deployments.profile import CLIENT, SERVER
from vitrine.errors import ConfigError

START_LIMIT_S = 90.0
"""A new database takes 10 s here, an old one 3 s."""
STOP_LIMIT_S = 15.0


class Note(TypedDict):
    """What `server.json` says of the server that serves a home."""

    url: str
    pid: int


@contextmanager
def local_server(home: Path) -> Iterator[str]:
    """Have a Prefect API that keeps what it is told, and yield its URL; everything inside talks to it.

    A configured one (`PREFECT_API_URL`, or the active Prefect profile) is used as it is. Otherwise a
    `prefect server` runs on loopback with its database under `home/prefect`, shared by all processes with
    this home and stopped by the last one to leave, once every task run is on record.

    Raises `ConfigError` where the configured one does not answer, or our own does not start.
    """
    for name, value in CLIENT.items():
        os.environ.setdefault(name, value)  # read when Prefect is first imported, so before that
    from prefect.settings import PREFECT_API_URL, temporary_settings

    configured = PREFECT_API_URL.value()
    if configured:
        if not answers(configured):
            raise ConfigError(
                f"no Prefect server answers at {configured}: "
                "start it, or unset PREFECT_API_URL to have one here"
            )
        yield configured
        return
    folder = home.resolve() / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    with _shared(folder) as url, temporary_settings({PREFECT_API_URL: url}), _in_environment(url):
        try:
            yield url
        finally:
            from deployments.drain import drain

            drain(url)


def answers(url: str) -> bool:
    """Whether a healthy Prefect API is at `url`."""
    try:
        return httpx.get(f"{url}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def _shared(folder: Path) -> Iterator[str]:
    """The folder's one server. Whoever holds the `users` lock needs it; locks of the dead are free again."""
    with (folder / "users.lock").open("a") as users:
        with _alone(folder):
            note = _noted(folder) or _start(folder)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield note["url"]
        finally:
            with _alone(folder):
                if _last(users):
                    _stop(folder, note["pid"])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last(users: IO[str]) -> bool:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _noted(folder: Path) -> Note | None:
    """The server that another process of this home has started, if it still answers."""
    try:
        note: Note = json.loads((folder / "server.json").read_text())
    except (OSError, ValueError):
        return None
    return note if answers(note["url"]) else None


def _start(folder: Path) -> Note:
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    log = folder / "server.log"
    with log.open("w") as out:
        # Its own session: a Ctrl-C in the terminal stops the run, and the server still has to record that.
        process = subprocess.Popen(
            command(port),
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_LIMIT_S
    while not answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            last = "\n".join(log.read_text().splitlines()[-3:])
            raise ConfigError(
                f"the Prefect server did not start within {START_LIMIT_S:.0f} s; {log} ends: {last}"
            )
        time.sleep(0.05)
    note = Note(url=url, pid=process.pid)
    (folder / "server.json").write_text(json.dumps(note))
    return note


def _stop(folder: Path, pid: int) -> None:
    (folder / "server.json").unlink(missing_ok=True)
    deadline = time.monotonic() + STOP_LIMIT_S
    try:
        os.kill(pid, signal.SIGINT)
        while _alive(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
    except ProcessLookupError:
        return


def _alive(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:  # started by a process that is gone: not ours to reap
        os.kill(pid, 0)
        return True


def command(port: int, host: str = "127.0.0.1") -> list[str]:
    """The command line of a server."""
    return [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)]


def environment(folder: Path) -> Mapping[str, str]:
    """The environment of a server whose database is in `folder`; what is already set stays."""
    database = f"sqlite+aiosqlite:///{folder / 'prefect.db'}"
    own = {"PREFECT_HOME": str(folder), "PREFECT_SERVER_DATABASE_CONNECTION_URL": database}
    return {**SERVER, **own, **os.environ}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _in_environment(url: str) -> Iterator[None]:
    """Let child processes find the server too."""
    os.environ["PREFECT_API_URL"] = url
    try:
        yield
    finally:
        del os.environ["PREFECT_API_URL"]
