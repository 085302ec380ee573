"""Split the text of a table into rows, whatever separates its cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vitrine.feeds.tables.columns import ROLES, find_columns

DELIMITERS = (",", ";", "\t", "|", "^", "~")
HEADER_WITHIN = 20
"""A header is looked for among this many rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, or what is wrong with it."""

    line: int
    """Its first line, from 1."""
    cells: Sequence[object] = ()
    error: str = ""

    @property
    def blank(self) -> bool:
        return not self.error and not any(cell is not None and str(cell).strip() for cell in self.cells)


def csv_rows(text: str) -> list[Row]:
    """Return the rows of a CSV, with the delimiter under which its header names the most columns.

    The delimiter is a comma, a semicolon, a tab, `|`, `^` or `~`, or what a line `sep=;` says. Where quotes
    hold a whole line (`"a,""b"",c"`), it is split again. A row whose quotes are broken has an error; the next
    line starts a new row.
    """
    lines = list(io.StringIO(text, newline=""))
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    declared = re.fullmatch(r"\s*\"?sep=(.)\"?[\s,;|]*", lines[first], re.IGNORECASE) if lines else None
    if declared:
        lines[first] = lines[first][len(lines[first].rstrip("\r\n")) :]
    choices = [declared[1]] if declared else DELIMITERS
    head = lines[: first + 5 * HEADER_WITHIN]
    tried = [(delimiter, whole) for whole in (False, True) for delimiter in choices]
    delimiter, whole = max(tried, key=lambda way: _score(_rows(head, *way)))
    return list(_rows(lines, delimiter, whole))


def header_score(row: Row) -> int:
    """Return how many columns that Vitrine knows a row names."""
    return sum(role in ROLES for role in find_columns(row.cells).roles)


def _score(rows: Iterable[Row]) -> int:
    return max((header_score(row) for row, _ in zip(rows, range(HEADER_WITHIN), strict=False)), default=0)


def _rows(lines: Sequence[str], delimiter: str, whole: bool) -> Iterator[Row]:
    for row in _split(lines, delimiter):
        if whole and len(row.cells) == 1:
            for inner in _split([str(row.cells[0])], delimiter):
                yield Row(row.line, inner.cells, inner.error)
        else:
            yield row


def _split(lines: Sequence[str], delimiter: str) -> Iterator[Row]:
    lines = _escape_lone_quotes(lines, delimiter)
    at = 0
    while at < len(lines):
        begin = at
        reader = csv.reader(
            (lines[number] for number in range(begin, len(lines))),
            delimiter=delimiter,
            strict=True,
            skipinitialspace=True,
        )
        try:
            for cells in reader:
                yield Row(at + 1, cells)
                at = begin + reader.line_num
            return
        except csv.Error as error:
            yield Row(at + 1, error=f"{error}: are its quotes closed, and doubled inside a cell?")
            at += 1


def _escape_lone_quotes(lines: Sequence[str], delimiter: str) -> list[str]:
    """Return the lines with the unit inch as a quoted quote, where a cell is `"`, a triple one or `"9.6""`.

    Such a quote opens no cell. It is looked for on lines with an odd number of quotes, outside cells.
    """
    mark = re.escape(delimiter)
    lone = re.compile(rf'(^|{mark})[ \t]*(?:"(?:"")?|"([\d./½¼¾ ]+)"")[ \t]*(?=[\r\n]*$|{mark})')
    escaped = []
    inside = False
    for line in lines:
        if not inside and line.count('"') % 2 == 1:
            line = lone.sub(lambda match: f'{match[1]}"{match[2] or ""}"""', line)
        inside ^= line.count('"') % 2 == 1
        escaped.append(line)
    return escaped
