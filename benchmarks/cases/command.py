"""One `vitrine` command in this process: its exit code, what it printed, what it took."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from benchmarks.cases.process_tree import cpu_seconds


@dataclass(frozen=True)
class Answer:
    """What a person sees of a command."""

    code: int
    out: str
    err: str
    wall_s: float
    cpu_s: float
    """With the processes it started."""

    @property
    def message(self) -> str:
        """What an error said: without `error: ` and without lines that only report progress."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        at = next((n for n, line in enumerate(lines) if line.startswith("error: ")), 0)
        return "\n".join(lines[at:]).removeprefix("error: ")


def vitrine(*arguments: str, environment: dict[str, str] | None = None) -> Answer:
    """Run a command as `vitrine ARGUMENTS` does. It replaces the streams of this process."""
    os.environ.update({"NO_COLOR": "1", "COLUMNS": "200", **(environment or {})})
    start, before = time.monotonic(), cpu_seconds(os.getpid())
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        with out.open("w", encoding="utf-8") as to_out, err.open("w", encoding="utf-8") as to_err:
            code = _run(arguments, to_out, to_err)
        cpu_s = cpu_seconds(os.getpid()) - before
        told = (
            out.read_text(encoding="utf-8", errors="replace"),
            err.read_text(encoding="utf-8", errors="replace"),
        )
        return Answer(code, *told, time.monotonic() - start, cpu_s)


def _run(arguments: tuple[str, ...], out: TextIO, err: TextIO) -> int:
    from cli.main import main

    streams, argv = (sys.stdout, sys.stderr), sys.argv
    sys.stdout, sys.stderr, sys.argv = out, err, ["vitrine", *arguments]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # what reaches a person as a traceback
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        (sys.stdout, sys.stderr), sys.argv = streams, argv
    return 0
