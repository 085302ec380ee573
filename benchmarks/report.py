"""Where measurements are kept: one section a benchmark in `benchmarks/README.md`."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

README = Path(__file__).with_name("README.md")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; every column but the first is set flush right."""
    lines = [list(head), ["---", *["---:"] * (len(head) - 1)], *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_section(title: str, command: str, body: str) -> None:
    """Put a section under its heading, in place of the one from the last run; print it, too."""
    when = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    section = f"## {title}\n\n`{command}`, {when}, {machine}.\n\n{body.strip()}\n"
    text = README.read_text(encoding="utf-8") if README.exists() else "# Measurements\n"
    before, found, after = text.partition(f"## {title}\n")
    rest = after.partition("\n## ")
    tail = f"\n## {rest[2]}" if found and rest[1] else ""
    README.write_text(before.rstrip() + "\n\n" + section + tail, encoding="utf-8")
    print(section, flush=True)
