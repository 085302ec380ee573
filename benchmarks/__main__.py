"""`python -m benchmarks NAME …` runs benchmarks and writes their results to `benchmarks/README.md`.

`python -m benchmarks all` runs all of them, and `python -m benchmarks` lists them.
`python -m benchmarks NAME --help` lists the options of one.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from pathlib import Path

from benchmarks.shared_data import SharedDataMissing

MEASUREMENTS = (
    "hostile",
    "lod_speed",
    "lod_quality",
    "certificate_speed",
    "occlusion_rays",
    "photo_match",
    "validator_speed",
)
"""Modules with a function `run()`, without options."""
COMMANDS = (
    "features",
    "crash_recovery",
    "chaos",
    "protocol_search",
    "fuzz",
    "waiting_jobs",
    "photo_speed",
    "matte",
    "plan_scale",
    "whole",
    "certificate_samples",
    "catalog",
    "workers",
    "naive_loop",
    "feed_memory",
    "formats",
    "isolation",
    "simulate",
    "validator_differences",
)
"""Modules with a function `main(arguments)`; the defaults of their options are in the README."""
ALL = (*MEASUREMENTS, *COMMANDS)


def main(arguments: list[str]) -> int:
    """Run the named benchmarks in order. Returns 1 when one fails or is skipped, 2 for wrong arguments."""
    if len(arguments) > 1 and arguments[0] in COMMANDS and arguments[1].startswith("-"):
        return _run_command(arguments[0], arguments[1:])
    names = [word for word in arguments if not word.startswith("-")]
    if not arguments or len(names) < len(arguments):
        print(usage())
        return 0 if not arguments or set(arguments) & {"-h", "--help"} else 2
    if names == ["all"]:
        names = list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}\n\n{usage()}", file=sys.stderr)
        return 2
    failed = [name for name in names if _run(name)]
    return 1 if failed else 0


def usage() -> str:
    """How to run benchmarks, and what each one measures, in one line each."""
    width = max(map(len, ALL))
    lines = [inspect.cleandoc(__doc__ or ""), ""]
    for name in ALL:
        source = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        summary = (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
        lines.append(f"  {name:<{width}}  {summary}")
    return "\n".join(lines)


def _run(name: str) -> int:
    if name in COMMANDS:
        return _run_command(name, [])
    try:
        importlib.import_module(f"benchmarks.{name}").run()
    except SharedDataMissing as error:
        print(f"{name} was skipped: {error}", file=sys.stderr)
        return 1
    return 0


def _run_command(name: str, options: list[str]) -> int:
    code: int = importlib.import_module(f"benchmarks.{name}").main(options)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
