"""`python -m benchmarks [name …]`: run all measurements, or some, and write them down.

A benchmark is a module here with a function `run()`, which writes its own section of the report.
"""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = ("mesh_ladder", "mesh_quality", "mesh_certificates")


def main() -> None:
    names = sys.argv[1:] or BENCHMARKS
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}: there are {', '.join(BENCHMARKS)}")
    for name in names:
        importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    main()
