"""A Prefect server that stops itself when no process has used it for a while.

`python -m deployments.idle_server FOLDER SECONDS PREFECT-ARGUMENTS…` runs `prefect` with the arguments. The
next command on this machine then needs no new server. With 0 seconds, it runs until it is stopped.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

from deployments.server_locks import decide, open_users, remove_user

POLL_S = 1.0


def stop_when_idle(folder: Path, idle_s: float) -> None:
    """Send this process SIGINT after `idle_s` seconds without a user, or once its folder is gone."""
    used = time.monotonic()
    try:
        with open_users(folder) as users:
            while folder.is_dir():
                time.sleep(POLL_S)
                with decide(folder):
                    if remove_user(users):
                        used = time.monotonic()
                    if time.monotonic() - used >= idle_s:
                        (folder / "server.json").unlink(missing_ok=True)  # the next user starts another one
                        break
    except OSError:  # the folder was deleted between two calls
        pass
    os.kill(os.getpid(), signal.SIGINT)


def main() -> None:
    """Run `prefect` with the given arguments."""
    folder, idle_s = Path(sys.argv[1]), float(sys.argv[2])
    if idle_s > 0:
        threading.Thread(target=stop_when_idle, args=(folder, idle_s), daemon=True).start()
    sys.argv[:] = ["prefect", *sys.argv[3:]]
    runpy.run_module("prefect", run_name="__main__")


if __name__ == "__main__":
    main()
