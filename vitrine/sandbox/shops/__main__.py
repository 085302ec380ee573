"""`python -m vitrine.sandbox.shops`: run a demo shop as a process."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
import time
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from vitrine.sandbox.processes import process_exists
from vitrine.sandbox.shops.app import create_app
from vitrine.sandbox.shops.settings import ShopSettings


def main(arguments: list[str] | None = None) -> int:
    """Read the settings and serve; print the URL once connections are accepted."""
    parser = argparse.ArgumentParser(prog="python -m vitrine.sandbox.shops", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8767, help="0 selects a free port")
    parser.add_argument("--parent-pid", type=int, help="exit when this process ends")
    parser.add_argument("--settings", default="{}", help="a JSON object, or the path of a JSON file")
    given = parser.parse_args(arguments)
    try:
        text = given.settings
        if not text.lstrip().startswith("{"):
            text = Path(text).read_text(encoding="utf-8")
        settings = ShopSettings.model_validate_json(text)
        listener = socket.create_server((given.host, given.port))
    except (ValidationError, OSError) as error:
        print(f"demo shop: {error}", file=sys.stderr)
        return 2
    if given.parent_pid is not None:
        threading.Thread(target=_exit_with_parent, args=(given.parent_pid,), daemon=True).start()
    print(f"demo shop listening on http://{given.host}:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(create_app(settings), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _exit_with_parent(pid: int) -> None:
    while process_exists(pid):
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
