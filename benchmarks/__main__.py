"""`python -m benchmarks [NAME …]`: run all measurements, or some, and write them down.

`python -m benchmarks NAME --help` lists the options of one; options go to the one name before them.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from pathlib import Path

MEASUREMENTS = ("mesh_ladder", "mesh_quality", "mesh_certificates", "fidelity")
"""Modules here with a function `run()` that writes its own section of the report; they have no options."""
COMMANDS = ("kills", "alive")
"""Modules here with a command line of their own; without options they run as the report shows them."""


def main(arguments: list[str]) -> int:
    """Run what is named, in this order; nothing named: everything."""
    names = [word for word in arguments if not word.startswith("-")]
    if arguments[:1] and arguments[0] in COMMANDS and arguments[1:2] and arguments[1].startswith("-"):
        return _command(arguments[0], arguments[1:])
    if len(names) < len(arguments):
        print(usage())
        return 0 if set(arguments) & {"-h", "--help"} else 2
    unknown = [name for name in names if name not in (*MEASUREMENTS, *COMMANDS)]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}\n\n{usage()}", file=sys.stderr)
        return 2
    failed = [name for name in names or (*MEASUREMENTS, *COMMANDS) if _run(name)]
    return 1 if failed else 0


def usage() -> str:
    """What there is, a line each."""
    width = max(map(len, (*MEASUREMENTS, *COMMANDS)))
    lines = [inspect.cleandoc(__doc__ or ""), ""]
    for name in (*MEASUREMENTS, *COMMANDS):
        source = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        said = (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
        lines.append(f"  {name:<{width}}  {said}")
    return "\n".join(lines)


def _run(name: str) -> int:
    if name in COMMANDS:
        return _command(name, [])
    importlib.import_module(f"benchmarks.{name}").run()
    return 0


def _command(name: str, options: list[str]) -> int:
    code: int = importlib.import_module(f"benchmarks.{name}").main(options)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
