"""Writing results to `benchmarks/README.md`, one section for each benchmark."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

README = Path(__file__).with_name("README.md")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; all columns but the first are aligned right."""
    lines = [list(head), ["---", *["---:"] * (len(head) - 1)], *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_section(title: str, command: str, body: str) -> None:
    """Print a section and write it to the README, in place of the section with the same title."""
    when = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    section = f"## {title}\n\n`{command}`, {when}, {machine}.\n\n{body.strip()}\n"
    text = README.read_text(encoding="utf-8") if README.exists() else "# Measurements\n"
    before, found, after = text.partition(f"## {title}\n")
    rest = after.partition("\n## ")
    tail = f"\n## {rest[2]}" if found and rest[1] else ""
    README.write_text(before.rstrip() + "\n\n" + section + tail, encoding="utf-8")
    print(section, flush=True)
