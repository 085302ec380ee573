"""Read a feed of any kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, Feed, line_finding
from vitrine.feeds.folder import read_folder
from vitrine.feeds.jsonl import read_jsonl
from vitrine.feeds.table import read_table
from vitrine.models import Finding, Product

READERS = {".csv": read_table, ".jsonl": read_jsonl, ".ndjson": read_jsonl}


def read_feed(source: str | Path) -> Feed:
    """Read a CSV file, a JSON Lines file or a folder of photos.

    A bad line gives a finding with its position, `file:line`; the other lines are read. Of several products
    with one id the first is taken. Raises `FeedError` for a feed that cannot be read at all or has no line.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        return _collect(read_folder(path), path)
    text = _text(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(READERS)
        raise FeedError(
            f"{path}: a feed is {kinds} or a folder of photos, not {path.suffix or 'a file without suffix'}"
        )
    return _collect(reader(text, path), path)


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise FeedError(f"{path}: no such file or folder") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FeedError(f"{path}:{line}: not UTF-8 (byte {error.start}); save the feed as UTF-8") from error
    except OSError as error:
        raise FeedError(f"{path}: {error.strerror or error}") from error
    if not text.strip():
        raise FeedError(f"{path}: empty; it has no line")
    return text


def _collect(entries: Iterable[Entry], path: Path) -> Feed:
    products: dict[str, Product] = {}
    findings: list[Finding] = []
    for pointer, entry in entries:
        if isinstance(entry, Finding):
            findings.append(entry)
        elif entry.id in products:
            message = f"id {entry.id!r} has been seen before: the first one counts"
            findings.append(line_finding("ID_REPEATED", message, pointer))
        else:
            products[entry.id] = entry
    if not products and not findings:
        raise FeedError(f"{path}: empty; it has a header and no line")
    return Feed(tuple(products.values()), tuple(findings))
