"""The two locks of a server's folder; the operating system frees them when a process dies.

Every process that uses the server holds `users.lock` shared. `start.lock` is held while a server is started,
or while it is decided that nobody uses it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from vitrine.private_files import private_opener


@contextmanager
def open_users(folder: Path) -> Iterator[IO[str]]:
    """Open the lock file of the server's users."""
    with open(folder / "users.lock", "a", opener=private_opener) as users:
        yield users


@contextmanager
def decide(folder: Path) -> Iterator[None]:
    """Let no other process start or stop the server of this folder."""
    with open(folder / "start.lock", "a", opener=private_opener) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add_user(users: IO[str]) -> None:
    """Count this process as a user."""
    fcntl.flock(users, fcntl.LOCK_SH)


def remove_user(users: IO[str]) -> bool:
    """Count this process no longer; return whether another one uses the server."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(users, fcntl.LOCK_UN)
    return False
