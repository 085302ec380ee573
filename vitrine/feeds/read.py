"""Read a feed of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vitrine.errors import FeedError, PhotoError
from vitrine.feeds.feed import Entry, Feed, entry
from vitrine.feeds.formats.folder import read_folder
from vitrine.feeds.formats.json_products import read_json
from vitrine.feeds.tables.table import read_table
from vitrine.feeds.tables.workbook import OLE, ZIP, read_workbook
from vitrine.feeds.text.csv_rows import csv_rows
from vitrine.feeds.text.decode import SAVE, decode_feed, wrong_word
from vitrine.feeds.values.product_id import difference, look
from vitrine.findings import finding
from vitrine.models import Finding, Product
from vitrine.photos.decoding.file_signature import SUFFIXES, require_image

KINDS = "a feed is a CSV, JSON, an Excel workbook or a folder of photos"
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
MAX_BYTES = 500_000_000


def read_feed(source: str | Path) -> Feed:
    """Read a CSV, JSON, an Excel workbook or a folder of photos; content decides which, not the suffix.

    A bad line gives a finding with its position, `file:line`; the other lines are read. Of several products
    with one id the first is taken. Raises `FeedError` for a feed that cannot be read at all or has no line.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        return _collect(read_folder(path), path)
    return _collect(_entries(_bytes(path), path), path)


def is_photo(source: str) -> bool:
    """Whether a source is one photo rather than a feed: told by its URL, its suffix, or its content."""
    path = Path(source).expanduser()
    if "://" in source or path.suffix.lower() in SUFFIXES:
        return not path.is_dir()
    try:
        with path.open("rb") as file:
            require_image(file.read(64), source)
    except (OSError, PhotoError):
        return False
    return True


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FeedError(f"{path}: more than {MAX_BYTES:,} bytes; split the feed")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FeedError(f"{path}: no such file or folder") from error
    except OSError as error:
        raise FeedError(f"{path}: {error.strerror or error}") from error


def _entries(data: bytes, path: Path) -> Iterator[Entry]:
    if data.startswith(ZIP):
        rows, others = read_workbook(data, path)
        if others:
            message = f"sheets {', '.join(map(repr, others))} are not read"
            yield entry("FEED_REPAIRED", message, path.name)
        yield from read_table(rows, path)
        return
    _check_kind(data, path)
    text, said = decode_feed(data, str(path))
    start = text.lstrip()[:1]
    if not start:
        raise FeedError(f"{path}: empty; it has no line")
    if start == "<":
        raise FeedError(f"{path}: an HTML or XML file: {KINDS}")
    for message in said:
        yield entry("FEED_REPAIRED", message, path.name)
        if "Windows-1252" in message and (word := wrong_word(text)):
            yield entry("ENCODING_DOUBTFUL", f"{word!r} does not look like Windows-1252: {SAVE}", path.name)
    yield from read_json(text, path) if start in "{[" else read_table(csv_rows(text), path)


def _check_kind(data: bytes, path: Path) -> None:
    if data.startswith(OLE):
        raise FeedError(f"{path}: an Excel workbook of the old kind (.xls): save it as .xlsx or CSV UTF-8")
    for mark, name in OTHERS:
        if data.startswith(mark):
            raise FeedError(f"{path}: {name}, not a feed: {KINDS}")


def _collect(entries: Iterable[Entry], path: Path) -> Feed:
    products: dict[str, Product] = {}
    looks: dict[str, str] = {}
    findings: list[Finding] = []
    for pointer, found in entries:
        if isinstance(found, Finding):
            findings.append(found)
            continue
        if found.id in products:
            message = f"id {found.id!r} has been seen before: the first one counts"
            findings.append(finding("ID_REPEATED", message, pointer=pointer))
            continue
        twin = looks.setdefault(look(found.id), found.id)
        if twin != found.id:
            message = f"id {found.id!r} differs from {twin!r} only in {difference(found.id, twin)}"
            findings.append(finding("ID_ALIKE", message, pointer=pointer))
        products[found.id] = found
    if not products and not any(found.severity == "error" for found in findings):
        raise FeedError(f"{path}: empty; it has no line with a product")
    return Feed(tuple(products.values()), tuple(findings))
