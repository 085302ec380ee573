"""Show the progress of a run: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.spinner import Spinner
from rich.table import Table

from cli.console import Console
from vitrine import progress

if TYPE_CHECKING:
    from vitrine.models import Finding

SECONDS_BETWEEN_LINES = 5.0
STYLES = {"error": "red", "warning": "yellow", "info": "dim"}


@dataclass
class _Row:
    started: float = field(default_factory=time.monotonic)
    steps: dict[str, str] = field(default_factory=dict)
    said: str = ""
    ended: float | None = None

    @property
    def running(self) -> list[str]:
        return [name for name, state in self.steps.items() if state == "started"]

    @property
    def failed(self) -> bool:
        return "failed" in self.steps.values()


class _LiveTable(logging.Handler):
    """Handles the records of `vitrine.progress`; shows one row for each product."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.rows: dict[str, _Row] = {}
        self._guard = threading.Lock()
        self._spinner = Spinner("dots")

    def emit(self, record: logging.LogRecord) -> None:
        said = vars(record)
        product, step, state = said.get("product"), said.get("step"), said.get("state")
        if not product:
            return
        with self._guard:
            row = self.rows.setdefault(product, _Row())
            if step and state in ("started", "done", "failed"):
                row.steps[step] = state
                row.said = said["text"] if state == "failed" else ""
                row.ended = None if row.running else time.monotonic()
            else:
                fraction = said.get("fraction")
                row.said = said["text"] + ("" if fraction is None else f" {fraction:.0%}")

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 2))
        now = time.monotonic()
        with self._guard:
            for name, row in list(self.rows.items())[-30:]:
                done = sum(state == "done" for state in row.steps.values())
                mark = "[red]✗[/]" if row.failed else self._spinner if row.running else "[green]✓[/]"
                seconds = (row.ended or now) - row.started
                table.add_row(
                    mark,
                    f"[b]{escape(name)}[/]",
                    f"[dim]{done} steps[/]",
                    escape(", ".join(row.running) or row.said),
                    f"[dim]{escape(row.said) if row.running else ''}[/]",
                    f"[dim]{seconds:.0f} s[/]",
                )
        return table


class _LineHandler(logging.Handler):
    """Prints one line for each step that has ended, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        if vars(record).get("state") != "started":
            self._console.print(record.getMessage(), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def show_progress(console: Console) -> Iterator[None]:
    """Show progress on `console` while the body runs."""
    logger = progress.logger
    before = logger.level, logger.propagate
    logger.setLevel(logging.INFO)
    if not console.is_terminal:
        handler: logging.Handler = _LineHandler(console)
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before[0])
        return
    table_handler = _LiveTable()
    logger.addHandler(table_handler)
    try:
        with Live(table_handler, console=console, refresh_per_second=8, transient=False):
            yield
    finally:
        logger.removeHandler(table_handler)
        logger.setLevel(before[0])


@contextmanager
def count_progress(what: str, total: int, console: Console) -> Iterator[Callable[[], None]]:
    """Count what is done: a bar on a terminal, elsewhere a line every few seconds."""
    if console.is_terminal:
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)
        return
    done = 0
    printed = time.monotonic()

    def advance() -> None:
        nonlocal done, printed
        done += 1
        if time.monotonic() - printed >= SECONDS_BETWEEN_LINES:
            printed = time.monotonic()
            console.print(f"{what}: {done:,} of {total:,}", highlight=False)

    yield advance


def print_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print a line for each finding about a feed: its position, severity and message."""
    for finding in findings:
        text = f"{finding.pointer}: {finding.severity}: {finding.message}"
        style = STYLES[finding.severity]
        console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
