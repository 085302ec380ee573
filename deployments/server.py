"""A Prefect server for this machine: yours if you have one, else one of our own on loopback.

`python -m deployments.server` keeps one running on port 4200, with the history of every run made here.
"""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deployments.process import answers, await_answer, noted, start, stop
from deployments.profile import CLIENT
from vitrine.errors import ConfigError


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


@contextmanager
def _shared(folder: Path, port: int = 0) -> Iterator[str]:
    """The folder's one server. Whoever holds the `users` lock needs it; locks of the dead are free again."""
    with (folder / "users.lock").open("a") as users:
        with _alone(folder):
            note = noted(folder) or start(folder, port)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            import flows.convert_catalog  # noqa: F401  takes 1.5 s, is needed next, and we wait anyway

            await_answer(note, folder)
            yield note["url"]
        finally:
            with _alone(folder):
                if _last(users):
                    stop(note, folder)


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


def main() -> None:
    """Keep this home's server running on Prefect's usual port until Ctrl-C; every run here then uses it."""
    from vitrine.settings import Settings

    folder = Settings.from_env().home / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _shared(folder, port=4200) as url:
        ui = url.removesuffix("/api")
        print(f"{ui}\nfor deployments and workers: export PREFECT_API_URL={url}\nCtrl-C stops it", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print()


@contextmanager
def _in_environment(url: str) -> Iterator[None]:
    """Let child processes find the server too."""
    os.environ["PREFECT_API_URL"] = url
    try:
        yield
    finally:
        del os.environ["PREFECT_API_URL"]


if __name__ == "__main__":
    main()
