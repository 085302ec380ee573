"""A temporary PostgreSQL server on loopback, for benchmarks and tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, or None. Debian does not put it on PATH."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.insert(0, Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Server:
    """A PostgreSQL server; `url` is a SQLAlchemy URL. It may be stopped and started again."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self.folder = folder
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
            self._user = {"user": "nobody", "extra_groups": []}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql+psycopg://vitrine@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Create the data folder."""
        self._run("initdb", "--username=vitrine", "--auth=trust", "--no-sync", "--encoding=UTF8")

    def start(self) -> None:
        """Start the server, and wait until it accepts connections."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "--wait", "--log", str(self.folder / "log"), "-o", options, "start")

    @property
    def pid(self) -> int:
        """The process that started the others."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        """Stop the server at once, without a checkpoint."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **self._user)


@contextmanager
def running_postgres() -> Iterator[Server]:
    """Start a server with an empty database, and remove both at the exit.

    PostgreSQL does not run as root; for root, the server runs as `nobody`. Raises `FileNotFoundError` when
    PostgreSQL is not installed.
    """
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError("no initdb: apt-get install postgresql")
    server = Server(binaries, Path(tempfile.mkdtemp(prefix="vitrine-pg-")))
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
