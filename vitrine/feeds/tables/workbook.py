"""Read the rows of an Excel workbook, and name the spreadsheets that are not read."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vitrine.errors import FeedError
from vitrine.feeds.tables.csv_rows import Row
from vitrine.feeds.tables.header import HEADER_WITHIN, header_score

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_BYTES = 200_000_000
"""A workbook may unpack to this many bytes."""


def read_workbook(data: bytes, path: Path) -> tuple[list[Row], list[str]]:
    """Return the rows of the sheet whose header names the most columns, and the names of the other sheets.

    Numbers stay numbers, so a size has one reading; a number shown with leading zeros is that text. Raises
    `FeedError` for a file that is no workbook.
    """
    _check(data, path)
    import openpyxl  # takes 0.2 s to import, and few feeds need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that it does not know
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {sheet.title: list(_rows(sheet)) for sheet in book.worksheets}
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise FeedError(f"{path}: an Excel workbook that cannot be read: {error}") from error
    if not sheets:
        raise FeedError(f"{path}: an Excel workbook without a sheet")
    best = max(
        sheets, key=lambda name: max((header_score(r.cells) for r in sheets[name][:HEADER_WITHIN]), default=0)
    )
    return sheets[best], [name for name, rows in sheets.items() if name != best and rows]


def _check(data: bytes, path: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename: info for info in archive.infolist()}
            if sum(info.file_size for info in names.values()) > MAX_BYTES:
                raise FeedError(f"{path}: unpacks to more than {MAX_BYTES:,} bytes")
            kind = archive.read("mimetype")[:100].decode("latin-1") if "mimetype" in names else ""
    # A name in the directory may be no UTF-8, which is a ValueError.
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError) as error:
        raise FeedError(f"{path}: a ZIP archive that is broken or encrypted: {error}") from error
    if "xl/workbook.xml" in names:
        return
    if "opendocument.spreadsheet" in kind:
        raise FeedError(f"{path}: an OpenDocument spreadsheet: save it as CSV (UTF-8) or .xlsx")
    if "xl/workbook.bin" in names:
        raise FeedError(f"{path}: a binary Excel workbook (.xlsb): save it as CSV (UTF-8) or .xlsx")
    if any(name.startswith("Index/") for name in names):
        raise FeedError(f"{path}: a Numbers document: export it as CSV or Excel")
    raise FeedError(f"{path}: a ZIP archive, not a feed: unpack it and give the CSV, JSON or folder in it")


def _rows(sheet: Any) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield Row(number, cells)


def _cell(cell: Any) -> object:
    """Return the value of a cell: text or a number, `None` if empty."""
    value = cell.value
    if value is None or isinstance(value, str | float):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        zeros = re.fullmatch(r"0{2,}", str(cell.number_format))
        return str(value).zfill(len(zeros[0])) if zeros else value
    return str(value)
