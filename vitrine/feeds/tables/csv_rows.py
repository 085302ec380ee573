"""Split the lines of a table into rows, whatever separates its cells."""

from __future__ import annotations

import csv
import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vitrine.feeds.tables.header import HEADER_WITHIN, header_score

DELIMITERS = (",", ";", "\t", "|", "^", "~")
MAX_ROW_LINES = 5_000
"""A quoted cell does not go on for more lines than this: its quote was not closed."""
HEAD_LINES = 20 * HEADER_WITHIN
csv.field_size_limit(4_000_000)


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


def csv_rows(lines: Iterable[str], wanted: frozenset[str] = frozenset()) -> Iterator[Row]:
    """Yield the rows of a CSV, with the delimiter under which its header names the most columns.

    The delimiter is a comma, a semicolon, a tab, `|`, `^` or `~`, or what a line `sep=;` says. Where quotes
    hold a whole line (`"a,""b"",c"`), it is split again. A row whose quotes are broken has an error; the next
    line starts a new row. `wanted` are names of columns that count besides those of `header_score`.
    """
    lines = iter(lines)
    head = list(itertools.islice(lines, HEAD_LINES))
    first = next((at for at, line in enumerate(head) if line.strip()), 0)
    declared = re.fullmatch(r"\s*\"?sep=(.)\"?[\s,;|]*", head[first], re.IGNORECASE) if head else None
    if declared:
        head[first] = head[first][len(head[first].rstrip("\r\n")) :]
    choices = [declared[1]] if declared else DELIMITERS
    tried = [(delimiter, whole) for whole in (False, True) for delimiter in choices]
    few = head[: first + 5 * HEADER_WITHIN]
    delimiter, whole = max(tried, key=lambda way: _score(_rows(few, *way), wanted))
    return _rows(itertools.chain(head, lines), delimiter, whole)


def _score(rows: Iterable[Row], wanted: frozenset[str]) -> int:
    first = itertools.islice(rows, HEADER_WITHIN)
    return max((header_score(row.cells, wanted) for row in first), default=0)


def _rows(lines: Iterable[str], delimiter: str, whole: bool) -> Iterator[Row]:
    for row in _split(lines, delimiter):
        if whole and len(row.cells) == 1:
            for inner in _split([str(row.cells[0])], delimiter):
                yield Row(row.line, inner.cells, inner.error)
        else:
            yield row


class _Lines:
    """Hands lines to a `csv.reader`, and takes those of a broken row back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        """Lines of the row that is being read."""

    def __iter__(self) -> Iterator[str]:
        while True:
            if len(self.taken) >= MAX_ROW_LINES:
                raise csv.Error(f"a cell goes on for more than {MAX_ROW_LINES:,} lines")
            line = self._again.popleft() if self._again else next(self._source, None)
            if line is None:
                return
            self.taken.append(line)
            yield line

    def give_back(self) -> bool:
        """Take back all lines of a row but the first; tell whether there is another line."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.taken = []
        if not self._again and (line := next(self._source, None)) is not None:
            self._again.append(line)
        return bool(self._again)


def _split(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    source = _Lines(_escape_lone_quotes(lines, delimiter))
    line = 1
    more = True
    while more:
        reader = csv.reader(iter(source), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            for cells in reader:
                begin, line = line, line + len(source.taken)
                source.taken = []
                yield Row(begin, cells)
            return
        except csv.Error as error:
            yield Row(line, error=f"{error}: are its quotes closed, and doubled inside a cell?")
            line += 1
            more = source.give_back()


def _escape_lone_quotes(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """Yield the lines with the unit inch as a quoted quote, where a cell is `"`, a triple one or `"9.6""`.

    Such a quote opens no cell. It is looked for on lines with an odd number of quotes, outside cells.
    """
    mark = re.escape(delimiter)
    lone = re.compile(rf'(^|{mark})[ \t]*(?:"(?:"")?|"([\d./½¼¾ ]+)"")[ \t]*(?=[\r\n]*$|{mark})')
    inside = False
    for line in lines:
        if not inside and line.count('"') % 2 == 1:
            line = lone.sub(lambda match: f'{match[1]}"{match[2] or ""}"""', line)
        inside ^= line.count('"') % 2 == 1
        yield line
