"""Use the configured Prefect server, or run one on loopback.

`python -m deployments.server` keeps one running on port 4200, with the history of every run on this machine.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deployments.process import is_healthy, recorded_server, start, stop, wait_until_healthy
from deployments.profile import CLIENT
from deployments.server_locks import add_user, decide, open_users, remove_user
from vitrine.errors import ConfigError
from vitrine.private_files import make_private_folder
from vitrine.settings import Settings


@contextmanager
def local_server(home: Path, idle_s: float | None = None) -> Iterator[str]:
    """Yield the URL of a Prefect API that every flow run inside uses.

    A configured server (`PREFECT_API_URL`, or the active Prefect profile) is used as it is. Otherwise a
    `prefect server` runs on loopback with its database under `home/prefect`. All processes with this home
    share it. It stops itself when none has used it for `idle_s` seconds, by default `VITRINE_SERVER_IDLE_S`;
    with 0, the last one to leave stops it, after every task run is recorded.

    Raises `ConfigError` where the configured server does not answer, or the one on loopback does not start.
    """
    for name, value in CLIENT.items():
        os.environ.setdefault(name, value)  # Prefect reads them when it is first imported
    from prefect.settings import PREFECT_API_URL, temporary_settings

    configured = PREFECT_API_URL.value()
    if configured:
        if not is_healthy(configured):
            raise ConfigError(
                f"no Prefect server answers at {configured}: "
                "start it, or unset PREFECT_API_URL to use a server on this machine"
            )
        yield configured
        return
    folder = home.resolve() / "prefect"
    make_private_folder(folder)
    idle_s = Settings.from_env().server_idle_s if idle_s is None else idle_s
    shared = _shared(folder, idle_s=idle_s)
    with shared as url, temporary_settings({PREFECT_API_URL: url}), _in_environment(url):
        from deployments.drain import drain
        from tasks.run_count import count_task_runs

        with count_task_runs() as run_count:
            try:
                yield url
            finally:
                drain(url, run_count, wait=idle_s == 0)


@contextmanager
def _shared(folder: Path, *, port: int = 0, idle_s: float = 0.0) -> Iterator[str]:
    """Yield the URL of the folder's server."""
    with open_users(folder) as users:
        with decide(folder):
            record = recorded_server(folder) or start(folder, port, idle_s)
            add_user(users)
        try:
            import flows.convert_catalog  # noqa: F401  the run needs it next, and it takes 1.5 s of the wait

            wait_until_healthy(record, folder)
            yield record["url"]
        finally:
            with decide(folder):
                if not remove_user(users) and idle_s == 0:
                    stop(record, folder)


def main() -> None:
    """Keep this home's server running on Prefect's default port until Ctrl-C; every run here then uses it."""
    folder = Settings.from_env().home / "prefect"
    make_private_folder(folder)
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
    """Set `PREFECT_API_URL` for child processes."""
    before = os.environ.get("PREFECT_API_URL")
    os.environ["PREFECT_API_URL"] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ["PREFECT_API_URL"]
        else:
            os.environ["PREFECT_API_URL"] = before


if __name__ == "__main__":
    main()
