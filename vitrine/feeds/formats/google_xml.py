"""Read a Google Merchant feed in XML: RSS 2.0 or Atom."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, Opened, entry
from vitrine.feeds.formats.google import ROLES, google_product
from vitrine.feeds.product import Reading
from vitrine.feeds.tables.mapping import list_names, mapped_names, suggest_map
from vitrine.feeds.tables.plain_name import plain_name
from vitrine.feeds.text.xml_items import XmlItem, XmlItems
from vitrine.feeds.values.dimensions import SIDES
from vitrine.feeds.values.length import is_decimal_comma, is_decimal_point
from vitrine.recipe import FeedOptions

KIND = "Google Merchant feed"
SAMPLE_ITEMS = 1_000
"""So many items decide whether the numbers of a feed have decimal points."""


def open_google_xml(chunks: Iterable[bytes], path: Path, options: FeedOptions) -> Opened:
    """Return the products of an XML feed. Raises `FeedError` for XML that is no such feed."""
    items = XmlItems(chunks, str(path))
    roles = dict(ROLES) | {
        role: tuple(map(plain_name, names)) for role, names in mapped_names(options).items()
    }
    read = ((item, _fields(item, roles)) for item in items)
    sample = list(itertools.islice(read, SAMPLE_ITEMS))
    if not sample or (sample[0][0].error and len(sample) == 1):
        why = f"; {sample[0][0].error}" if sample else ""
        raise FeedError(
            f"{path}: an XML file without <item> or <entry>, as Google Merchant feeds have{why}. "
            f"Elements: {list_names([*items.elements])}"
        )
    _check(sample, path)
    cells = [text for _, fields in sample for side in SIDES for text in fields.get(side, ())]
    decimal = any(map(is_decimal_point, cells)) and not any(map(is_decimal_comma, cells))
    reading = Reading(path.parent, options.unit, decimal)
    return Opened(KIND, _entries(itertools.chain(sample, read), reading, path.name))


def _entries(
    read: Iterable[tuple[XmlItem, Mapping[str, Sequence[str]]]], reading: Reading, file: str
) -> Iterator[Entry]:
    for item, fields in read:
        pointer = f"{file}:{item.line}"
        if item.error:
            yield entry("LINE_UNREADABLE", f"not readable: {item.error}", pointer)
        else:
            yield from google_product(fields, reading, pointer)


def _fields(item: XmlItem, roles: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    plain: dict[str, list[str]] = {}
    for name, texts in item.fields.items():
        plain.setdefault(plain_name(name), []).extend(texts)
    return {role: [text for name in names for text in plain.get(name, ())] for role, names in roles.items()}


def _check(sample: Sequence[tuple[XmlItem, Mapping[str, Sequence[str]]]], path: Path) -> None:
    """Raise `FeedError` where no item has an id or a photo: a news feed, or other names."""
    missing = [role for role in ("id", "photo") if not any(fields.get(role) for _, fields in sample)]
    if missing:
        names = list(dict.fromkeys(name for item, _ in sample for name in item.fields))
        wanted = {"id": "g:id", "photo": "g:image_link"}
        raise FeedError(
            f"{path}: no item has {' or '.join(wanted[role] for role in missing)}. "
            f"Elements: {list_names(names)}. {suggest_map(missing, names)}"
        )
