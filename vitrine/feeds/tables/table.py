"""Read the products of a table: rows under a header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.product import RawProduct, read_product
from vitrine.feeds.tables.columns import ROLES, Columns, find_columns, shop_export
from vitrine.feeds.text.csv_rows import HEADER_WITHIN, Row, header_score
from vitrine.feeds.values.dimensions import SIDES
from vitrine.feeds.values.length import is_decimal_comma, is_decimal_point


def read_table(rows: Sequence[Row], path: Path) -> Iterator[Entry]:
    """Yield a product or findings for each row of a table with the columns `id,title,photo`.

    `length,width,height,unit,category` are optional; any other column becomes metadata. `|` separates
    several photos. Rows above the header are skipped. Raises `FeedError` when required columns are missing,
    or a column is repeated.
    """
    at, columns = _header(rows, path)
    above = [row for row in rows[:at] if not row.blank]
    if above:
        lines = (
            f"lines {above[0].line} to {above[-1].line} are" if len(above) > 1 else f"line {above[0].line} is"
        )
        yield entry("FEED_REPAIRED", f"{lines} above the header and not read", f"{path.name}:{above[0].line}")
    pointer = f"{path.name}:{rows[at].line}"
    for name, role in columns.renamed.items():
        yield entry("COLUMN_MAPPED", f"column {name!r} is read as {role}", pointer)
    point_is_decimal = _point_is_decimal(rows[at + 1 :], columns)
    nameless: set[int] = set()
    for row in rows[at + 1 :]:
        pointer = f"{path.name}:{row.line}"
        if row.error:
            yield entry("LINE_UNREADABLE", f"not readable: {row.error}", pointer)
            continue
        if row.blank:
            continue
        if list(row.cells) == list(rows[at].cells):
            yield entry("FEED_REPAIRED", "the header again; the line is not read", pointer)
            continue
        surplus = row.cells[len(columns.names) :]
        if any(_text(cell).strip() for cell in surplus):
            who = f"product {_text(row.cells[columns.roles['id']]).strip()!r}"
            message = (
                f"{who}: {len(row.cells)} cells under {len(columns.names)} columns; quote a cell with commas"
            )
            yield entry("LINE_UNREADABLE", message, pointer)
            continue
        for number, (name, cell) in enumerate(zip(columns.names, row.cells, strict=False)):
            if not name and _text(cell).strip() and number not in nameless:
                nameless.add(number)
                message = f"column {number + 1} has no name: its cells are ignored"
                yield entry("FIELD_UNKNOWN", message, pointer)
        yield from read_product(_raw(row, columns), path.parent, pointer, point_is_decimal)


def _header(rows: Sequence[Row], path: Path) -> tuple[int, Columns]:
    """Return the position of the header, and its columns."""
    full = [at for at, row in enumerate(rows) if not row.blank][:HEADER_WITHIN]
    if not full:
        raise FeedError(f"{path}: empty; it has no line")
    at = max(
        full,
        key=lambda number: (
            not find_columns(rows[number].cells).missing,
            header_score(rows[number]),
            -number,
        ),
    )
    columns = find_columns(rows[at].cells)
    named = [name for name in columns.names if name]
    if how := shop_export(columns):
        raise FeedError(f"{path}: {how}")
    if columns.missing:
        raise FeedError(
            f"{path}: missing columns {', '.join(columns.missing)}; found {', '.join(named) or 'no names'}. "
            "The first line of a feed names the columns: id,title,photo"
        )
    doubled = sorted(name for name, count in Counter(named).items() if count > 1)
    if doubled:
        raise FeedError(f"{path}: columns {', '.join(doubled)} appear more than once")
    return at, columns


def _point_is_decimal(rows: Sequence[Row], columns: Columns) -> bool:
    """Whether some size of the feed has a decimal point, and none a decimal comma."""
    positions = [columns.roles[side] for side in SIDES if side in columns.roles]
    cells = [row.cells[at] for row in rows for at in positions if at < len(row.cells)]
    return any(map(is_decimal_point, cells)) and not any(map(is_decimal_comma, cells))


def _raw(row: Row, columns: Columns) -> RawProduct:
    cells = dict(enumerate(row.cells))
    given = {role: cells.get(at) for role, at in columns.roles.items()}
    taken = {*columns.roles.values(), *columns.further}
    metadata = {
        name: _text(cells[at]).strip()
        for at, name in enumerate(columns.names)
        if at in cells and at not in taken and name and name not in ROLES and _text(cells[at]).strip()
    }
    photos = [_text(cells.get(at)) for at in (columns.roles["photo"], *columns.further)]
    return RawProduct(
        id=_text(given.get("id")).strip(),
        title=_text(given.get("title")).strip(),
        photos=[photo for photo in photos if photo.strip()],
        sizes={name: given.get(name) for name in (*SIDES, "unit")},
        header_units=columns.units,
        category=_text(given.get("category")).strip() or None,
        metadata=dict(metadata),
    )


def _text(cell: object) -> str:
    """Return a cell of a workbook as a CSV would have it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        formula = re.fullmatch(r'="([^"]*)"', cell.strip())  # how a CSV keeps Excel from reading a number
        return formula[1] if formula else cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
