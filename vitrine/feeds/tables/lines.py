"""The data rows of a table as lines whose cells are known by their role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.tables.csv_rows import Row
from vitrine.plain_text import count_of


@dataclass(frozen=True, slots=True)
class Line:
    """One data row."""

    pointer: str
    """`file:line`"""
    cells: Sequence[object]
    roles: Mapping[str, Sequence[int]]
    """Role to the positions of its columns."""

    def raw(self, role: str) -> object:
        """Return the first cell of a role that has content, as it is; `None` without one."""
        cells = (self.cells[at] for at in self.roles.get(role, ()) if at < len(self.cells))
        return next((cell for cell in cells if cell is not None and str(cell).strip()), None)

    def __getitem__(self, role: str) -> str:
        return cell_text(self.raw(role)).strip()

    def all(self, role: str) -> list[str]:
        """Return the text of every cell of a role that has content."""
        cells = (self.cells[at] for at in self.roles.get(role, ()) if at < len(self.cells))
        return [text for cell in cells if (text := cell_text(cell)).strip()]


def data_lines(
    rows: Iterable[Row], header: Row, names: Sequence[str], roles: Mapping[str, Sequence[int]], file: str
) -> Iterator[Line | Entry]:
    """Yield the rows below a header, and a finding for each that cannot be read; blank ones are left out."""
    nameless: set[int] = set()
    for row in rows:
        pointer = f"{file}:{row.line}"
        if row.error:
            yield entry("LINE_UNREADABLE", f"not readable: {row.error}", pointer)
            continue
        if row.blank:
            continue
        if list(row.cells) == list(header.cells):
            yield entry("FEED_REPAIRED", "the header again; the line is not read", pointer)
            continue
        line = Line(pointer, row.cells, roles)
        if any(cell_text(cell).strip() for cell in row.cells[len(names) :]):
            message = (
                f"product {line['id']!r}: {count_of(len(row.cells), 'cell')} under "
                f"{count_of(len(names), 'column')}; "
                "quote a cell with commas"
            )
            yield entry("LINE_UNREADABLE", message, pointer)
            continue
        for number, (name, cell) in enumerate(zip(names, row.cells, strict=False)):
            if not name and number not in nameless and cell_text(cell).strip():
                nameless.add(number)
                message = f"column {number + 1} has no name: its cells are ignored"
                yield entry("FIELD_UNKNOWN", message, pointer)
        yield line


def cell_text(cell: object) -> str:
    """Return a cell of a workbook as a CSV would have it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        # how a CSV keeps Excel from reading a number
        formula = re.fullmatch(r'="([^"]*)"', cell.strip()) if cell.lstrip().startswith("=") else None
        return formula[1] if formula else cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
