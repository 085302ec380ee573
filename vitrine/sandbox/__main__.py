"""`python -m vitrine.sandbox`: run the sandbox as a process."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from vitrine.defaults import SANDBOX_PORT
from vitrine.sandbox.faults.fault import FaultError, read_chaos
from vitrine.sandbox.serve import serve
from vitrine.sandbox.settings import SandboxSettings


def main(arguments: list[str] | None = None) -> int:
    """Read the settings and serve.

    `--settings` takes every setting; the other options set the common ones and take precedence.
    """
    parser = argparse.ArgumentParser(prog="python -m vitrine.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=SANDBOX_PORT, help="0 selects a free port")
    parser.add_argument("--parent-pid", type=int, help="exit when this process ends")
    parser.add_argument("--settings", default="{}", help="a JSON object, or the path of a JSON file")
    parser.add_argument("--chaos", type=Path, help="a JSON file of faults, injected in order")
    parser.add_argument("--book", type=Path, dest="sales_log", help="append the sales to this file")
    parser.add_argument("--engine", choices=("preview", "stub"))
    parser.add_argument("--latency", type=float, dest="latency_s", help="seconds a job is processed")
    parser.add_argument("--queue", type=float, dest="queue_s", help="seconds a job is queued")
    parser.add_argument("--failure-rate", type=float, dest="failure_rate")
    parser.add_argument("--rate-limit", type=int, dest="rate_limit_per_minute")
    parser.add_argument("--price", dest="price_usd", help="USD for every model")
    parser.add_argument("--processes", type=int, help="0: generate models in the server itself")
    given = vars(parser.parse_args(arguments))
    host, port, parent = given.pop("host"), given.pop("port"), given.pop("parent_pid")
    text, chaos = given.pop("settings"), given.pop("chaos")
    try:
        if not text.lstrip().startswith("{"):
            text = Path(text).read_text(encoding="utf-8")
        settings = SandboxSettings.model_validate_json(text)
        if chaos is not None:
            given["faults"] = settings.faults + read_chaos(chaos)
        chosen = {name: value for name, value in given.items() if value is not None}
        settings = SandboxSettings.model_validate(settings.model_dump() | chosen)
        serve(settings, host, port, parent_pid=parent)
    except (ValidationError, FaultError, OSError) as error:
        print(f"vitrine sandbox: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
