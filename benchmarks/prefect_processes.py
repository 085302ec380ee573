"""Prefect's server, its workers and its message broker as processes on loopback, for benchmarks."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg

from benchmarks.cases.process_tree import kill
from deployments.profile import redis_settings

REPOSITORY = Path(__file__).parents[1]
PREFECT = (sys.executable, "-m", "prefect", "--no-prompt")


@contextmanager
def running_redis(home: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """A Redis server; yields its process and the settings with which Prefect's server uses it."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield process.pid, redis_settings("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait()


class Server:
    """Prefect's server in a process of its own, at one address however often it is started."""

    def __init__(self, env: Mapping[str, str], home: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.env = {**env, "PREFECT_API_URL": self.url}
        self.log = home / "server.log"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [*PREFECT, "server", "start", "--host", "127.0.0.1"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 180
        while not _answers(f"{self.url}/health"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(self.log.read_text()[-3000:])
            time.sleep(0.5)


@contextmanager
def running_server(env: Mapping[str, str], home: Path) -> Iterator[Server]:
    server = Server(env, home)
    server.start()
    try:
        yield server
    finally:
        kill(server.process.pid)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def start_worker(env: Mapping[str, str], home: Path) -> subprocess.Popen[bytes]:
    with (home / "worker.log").open("a") as log:
        command = [*PREFECT, "worker", "start", "--pool", "vitrine", "--type", "process"]
        return subprocess.Popen(
            command, env=env, cwd=REPOSITORY, stdout=log, stderr=log, start_new_session=True
        )


def create_database(url: str, name: str, driver: str) -> str:
    """Create a database; return its URL for a driver."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.replace("+psycopg", f"+{driver}").rsplit("/", 1)[0] + f"/{name}"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
