"""`python -m benchmarks.cases FOLDER [--only m22,p11] [--json]`: what people send, what is right, what came.

Every file of every case runs in a process of its own, one after another, with an end to its processor time
and memory. Exits with 1 when any is not right. `--write` puts the summary into `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.cases import feeds, models, photos, providers, s3
from benchmarks.cases.records import Outcome, Row
from benchmarks.cases.watched import LIMIT_S, run_watched
from benchmarks.report import table, write_section

KINDS = {"f": feeds, "p": photos, "m": models}
SERVERS = {"s01": s3, "v01": providers}
SERVER_LIMIT_S = 60.0
SECTION = "What people send"
WIDTHS = (34, 44, 52)
NAMES = {"f": "feeds", "p": "photos", "m": "models", "v": "providers", "s": "S3 servers"}


def main(arguments: list[str]) -> int:
    """Run the cases and print the table, or with `--json` one object a line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cases", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder with the cases")
    parser.add_argument("--only", default="", help="numbers of cases, or kinds: m22,p11,f")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--write", action="store_true", help="write the summary to benchmarks/README.md")
    options = parser.parse_args(arguments)
    cases: Path = options.folder.resolve()
    if not cases.is_dir():
        parser.error(f"{options.folder} is no folder")
    rows = []
    with tempfile.TemporaryDirectory(prefix="cases-") as work:
        for row in _rows(cases, tuple(filter(None, options.only.split(","))), Path(work)):
            rows.append(row)
            print(json.dumps(asdict(row), ensure_ascii=False) if options.json else _line(row), flush=True)
    if not options.json:
        print(f"\n{summary(rows)}")
    if options.write:
        write_section(SECTION, f"python -m benchmarks.cases {options.folder.name}", summary(rows))
    return 0 if rows and all(row.outcome == "right" for row in rows) else 1


def _rows(cases: Path, only: tuple[str, ...], work: Path) -> Iterator[Row]:
    for folder in sorted(path for path in cases.iterdir() if path.is_dir()):
        if only and not folder.name.startswith(only):
            continue
        number = folder.name.partition("-")[0]
        if number in SERVERS:
            for script, mode in SERVERS[number].runs(folder):
                yield _row(
                    folder.name, mode, SERVERS[number].judge, script, mode, work, limit_s=SERVER_LIMIT_S
                )
        elif number[:1] in KINDS:
            kind = KINDS[number[:1]]
            for path in kind.files(folder):
                yield _row(folder.name, str(path.relative_to(folder)), kind.judge, cases, path, work)
            if number == "p02":
                for path in (path for path in sorted(folder.iterdir()) if path.is_dir()):
                    yield _row(folder.name, path.name, feeds.judge, cases, path, work)


def _row(case: str, file: str, judge: object, *arguments: object, limit_s: float = LIMIT_S) -> Row:
    watched = run_watched(judge, *arguments, limit_s=limit_s)  # type: ignore[arg-type]
    if watched.crash:
        slow = watched.crash.startswith("killed")
        outcome: Outcome = "slow" if slow else "crashed"
        row = Row(case, file, "a row of the table", watched.crash, outcome)
    else:
        row = watched.value
    if not row.wall_s:  # the whole process is what was tried
        row = replace(row, cpu_s=watched.cpu_s, wall_s=watched.wall_s)
    if row.cpu_s > limit_s and row.outcome in ("right", "wrong"):
        row = replace(row, outcome="slow", got=f"took {row.cpu_s:.1f} s of processor time; {row.got}")
    return replace(row, peak_mb=watched.peak_mb)


def _line(row: Row) -> str:
    texts = (row.case, row.file, row.expected)
    cells = [text[:width].ljust(width) for text, width in zip(texts, WIDTHS, strict=True)]
    got = " ".join(row.got.split())
    measured = (f"{row.cpu_s:5.1f} s CPU", f"{row.wall_s:5.1f} s", f"{row.peak_mb:4.0f} MB")
    return " ".join((f"{row.outcome:7}", *measured, *cells, got[:240]))


def summary(rows: list[Row]) -> str:
    """Return a table by kind: how many cases and files, how many are right, the slowest and largest."""
    head = ["", "cases", "files", "right", "wrong", "crashed", "slow", "slowest, CPU", "most memory"]
    lines = []
    for letter, name in [*NAMES.items(), ("", "all")]:
        kind = [row for row in rows if row.case.startswith(letter)]
        if kind:
            counts = [sum(row.outcome == o for row in kind) for o in ("right", "wrong", "crashed", "slow")]
            slowest = max(kind, key=lambda row: row.cpu_s)
            cells = [len({row.case for row in kind}), len(kind), *counts]
            told = f"{slowest.cpu_s:.1f} s ({slowest.case.partition('-')[0]} {slowest.file})"
            lines.append([name, *map(str, cells), told, f"{max(row.peak_mb for row in kind):.0f} MB"])
    return table(head, lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
