"""Read a feed in CSV with a header line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, invalid_product, line_finding, photo_address, without_photo
from vitrine.models import Dimensions, Finding, Product

REQUIRED = ("id", "title", "photo")
SIZES = ("length", "width", "height")
OPTIONAL = (*SIZES, "unit", "category")
PHOTO_SEPARATOR = "|"


def read_table(text: str, path: Path) -> Iterator[Entry]:
    """Yield a product or a finding for each row of a CSV with the columns `id,title,photo`.

    `length,width,height,unit,category` are optional; any other column becomes metadata. `|` separates several
    photos. The delimiter is a comma, a semicolon or a tab, whichever the header has most of; quoted cells may
    contain line breaks. Raises `FeedError` when required columns are missing or a column is repeated.
    """
    header = text.splitlines()[0]
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().lower() for name in next(rows)]
    except (StopIteration, csv.Error) as error:
        raise FeedError(f"{path}: no readable header line; its first line must name the columns") from error
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise FeedError(f"{path}: missing columns {', '.join(missing)}; found {', '.join(columns)}")
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled:
        raise FeedError(f"{path}: columns {', '.join(doubled)} appear more than once")
    line = rows.line_num + 1
    while True:
        pointer = f"{path.name}:{line}"
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield pointer, line_finding("LINE_UNREADABLE", f"not readable: {error}", pointer)
            cells = []
        if cells is None:
            return
        line = rows.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns):
            message = f"not readable: {len(cells)} cells under {len(columns)} columns"
            yield pointer, line_finding("LINE_UNREADABLE", message, pointer)
            continue
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        yield pointer, _product(row, path, pointer)


def _product(row: dict[str, str], path: Path, pointer: str) -> Product | Finding:
    photos = [part.strip() for part in row.get("photo", "").split(PHOTO_SEPARATOR) if part.strip()]
    if not photos:
        return without_photo(row.get("id", ""), pointer)
    metadata = {name: cell for name, cell in row.items() if cell and name not in (*REQUIRED, *OPTIONAL, "")}
    try:
        return Product(
            id=row["id"],
            title=row.get("title", ""),
            photos=tuple(photo_address(photo, path.parent) for photo in photos),
            dimensions=_dimensions(row),
            category=row.get("category") or None,
            metadata=dict(metadata),
        )
    except ValidationError as error:
        return invalid_product(error, pointer)


def _dimensions(row: dict[str, str]) -> Dimensions | None:
    """Return the row's dimensions, or `None`; a comma may be the decimal point."""
    sizes = {name: row[name].replace(",", ".") for name in SIZES if row.get(name)}
    if not sizes:
        return None
    unit = {"unit": row["unit"].lower()} if row.get("unit") else {}
    return Dimensions.model_validate(sizes | unit)
