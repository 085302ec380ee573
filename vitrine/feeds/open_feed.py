"""Open a feed of any format: its content decides which."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, Opened, entry
from vitrine.feeds.formats.any_json import open_json
from vitrine.feeds.formats.any_table import open_table
from vitrine.feeds.formats.folder import open_folder
from vitrine.feeds.formats.google_xml import open_google_xml
from vitrine.feeds.formats.html_page import MAX_CHARS, open_page
from vitrine.feeds.formats.s3_prefix import open_s3_prefix
from vitrine.feeds.tables.csv_rows import csv_rows
from vitrine.feeds.tables.mapping import wanted_names
from vitrine.feeds.tables.workbook import OLE, ZIP, read_workbook
from vitrine.feeds.text.decode import PIECE_BYTES, SAVE, FeedText
from vitrine.feeds.text.lines import split_lines
from vitrine.recipe import DEFAULT_FEED, FeedOptions

KINDS = (
    "a feed is an export of Shopify or WooCommerce, a Google Merchant feed, a table (CSV, Excel), JSON, a "
    "product page, a folder of photos, or an s3:// prefix"
)
OTHERS = (
    (b"\xff\xd8\xff", "a JPEG"),
    (b"\x89PNG", "a PNG"),
    (b"GIF8", "a GIF"),
    (b"RIFF", "a WebP"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip file"),
    (b"glTF", "a GLB model"),
    (b"SQLite format 3", "an SQLite database"),
)
MAX_WORKBOOK = 200_000_000
HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<script[\s>]", re.IGNORECASE)
HEAD = 4096


def open_feed(source: str | Path, options: FeedOptions = DEFAULT_FEED) -> Opened:
    """Return the format of a feed, and its entries, which are read as they are asked for.

    Memory is bounded whatever the size of a CSV, JSON or XML. Raises `FeedError` for a feed that cannot be
    read at all; what is broken further on is an entry.
    """
    if str(source).lower().startswith("s3://"):
        return open_s3_prefix(str(source))
    path = Path(os.path.expanduser(source))  # noqa: PTH111  # `Path.expanduser` raises for an unknown user
    try:
        if path.is_dir():
            return open_folder(path)
        file = path.open("rb")
    except FileNotFoundError as error:
        raise FeedError(f"{path}: no such file or folder") from error
    except OSError as error:
        raise FeedError(f"{path}: {error.strerror or error}") from error
    try:
        opened = _open_file(file, path, options)
    except BaseException:
        file.close()
        raise
    return Opened(opened.kind, _entries(opened, file, path))


def _entries(opened: Opened, file: BinaryIO, path: Path) -> Iterator[Entry]:
    """Yield the entries, and what keeps the rest from being read as the last one."""
    with file:
        try:
            yield from opened.entries
        except FeedError as error:
            message = f"{str(error).removeprefix(f'{path}: ')}; the rest is not read"
            yield entry("LINE_UNREADABLE", message, path.name)


def _open_file(file: BinaryIO, path: Path, options: FeedOptions) -> Opened:
    head = file.read(HEAD)
    file.seek(0)
    _check_kind(head, path)
    if head.startswith(ZIP):
        return _open_workbook(file, path, options)
    text = FeedText(file, str(path))
    pieces = iter(text)
    start = ""
    for piece in pieces:
        start += piece
        if len(start.lstrip()) >= HEAD:
            break
    first = start.lstrip()[:1]
    if not first:
        raise FeedError(f"{path}: empty; it has no line")
    pieces = itertools.chain([start], pieces)
    if first == "<":
        return _open_markup(start, pieces, file, path, options)
    if first in "{[":
        opened = open_json(pieces, path, options)
    else:
        rows = csv_rows(split_lines(pieces, str(path)), wanted_names(options))
        opened = open_table(rows, path, options, "table")
    return Opened(opened.kind, itertools.chain(opened.entries, _said(text, path)))


def _said(text: FeedText, path: Path) -> Iterator[Entry]:
    """Yield what decoding has assumed, which is known at the end of the text."""
    for message in text.said:
        yield entry("FEED_REPAIRED", message, path.name)
    if text.wrong_word:
        message = f"{text.wrong_word!r} does not look like Windows-1252: {SAVE}"
        yield entry("ENCODING_DOUBTFUL", message, path.name)


def _open_markup(
    start: str, pieces: Iterator[str], file: BinaryIO, path: Path, options: FeedOptions
) -> Opened:
    if not HTML.search(start[:HEAD]):
        file.seek(0)
        return open_google_xml(iter(lambda: file.read(PIECE_BYTES), b""), path, options)
    parts, size = [], 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > MAX_CHARS:
            raise FeedError(f"{path}: an HTML page with more than {MAX_CHARS:,} characters")
    return open_page("".join(parts), path, options)


def _open_workbook(file: BinaryIO, path: Path, options: FeedOptions) -> Opened:
    data = file.read(MAX_WORKBOOK + 1)
    if len(data) > MAX_WORKBOOK:
        raise FeedError(f"{path}: a workbook with more than {MAX_WORKBOOK:,} bytes; save it as CSV UTF-8")
    rows, others = read_workbook(data, path)
    opened = open_table(rows, path, options, "Excel workbook")
    said = [entry("FEED_REPAIRED", f"sheets {', '.join(map(repr, others))} are not read", path.name)]
    return Opened(opened.kind, itertools.chain(said if others else [], opened.entries))


def _check_kind(head: bytes, path: Path) -> None:
    if head.startswith(OLE):
        raise FeedError(f"{path}: an Excel workbook of the old kind (.xls): save it as .xlsx or CSV UTF-8")
    for mark, name in OTHERS:
        if head.startswith(mark):
            raise FeedError(f"{path}: {name}, not a feed: {KINDS}")
