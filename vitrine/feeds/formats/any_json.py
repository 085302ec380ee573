"""Read JSON of any format: Shopify's products, JSON-LD, or our own objects."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, Opened, entry
from vitrine.feeds.formats.own_json import IMAGES, field_at, own_product
from vitrine.feeds.formats.schema_org import is_json_ld, json_ld_products
from vitrine.feeds.formats.shopify_bulk import join_children
from vitrine.feeds.formats.shopify_json import is_shopify, shopify_product
from vitrine.feeds.product import Reading
from vitrine.feeds.tables.mapping import list_names, mapped_names, suggest_map
from vitrine.feeds.text.json_values import MAX_VALUE, JsonItem, json_values
from vitrine.models import Finding
from vitrine.recipe import FeedOptions

KINDS = {"shopify": "Shopify products in JSON", "json-ld": "JSON-LD of schema.org", "own": "JSON feed"}
OF_A_PRODUCT = frozenset({*IMAGES, "media", "pictures", "gallery", "variants"})
"""Names of lists that belong to one product."""
LISTS = ("products", "nodes", "edges", "items", "data", "results")
"""Names of the list of products where an object has several lists of objects."""


def open_json(pieces: Iterable[str], path: Path, options: FeedOptions, max_value: int = MAX_VALUE) -> Opened:
    """Return the products of JSON Lines, of an array, of pretty-printed JSON, or of an API's answer.

    An object that holds a list of objects and no id, such as `{"products": [...]}`, stands for that list.
    Raises `FeedError` where the first object is of no known format.
    """
    rows = _rows(json_values(pieces, max_value), path.name, mapped_names(options).get("id", ()))
    first = list(itertools.islice(rows, 1))
    kind = _check(first[0][1], path, options) if first else "own"
    reading = Reading(path.parent, options.unit)
    all_rows: Iterator[tuple[str, object]] = itertools.chain(first, rows)
    entries = _entries(join_children(all_rows) if kind == "shopify" else all_rows, reading, options)
    return Opened(KINDS[kind], entries)


def _rows(items: Iterable[JsonItem], file: str, ids: Sequence[str]) -> Iterator[tuple[str, object]]:
    """Yield the position and the value of each row; an error is a `JsonItem`.

    An object with one of the fields `ids` is a row, whatever lists it holds.
    """
    for item in items:
        pointer = f"{file}:{item.line}/{item.name}" if item.name else f"{file}:{item.line}"
        if item.error:
            yield pointer, item
            continue
        is_row = any(field_at(item.value, one) is not None for one in ids)
        name, rows = ("", [item.value]) if is_row else unwrapped(item.value)
        for number, row in enumerate(rows):
            node = row.get("node") if isinstance(row, dict) and isinstance(row.get("node"), dict) else row
            yield (f"{pointer}/{name}/{number}" if name else pointer), node


def unwrapped(value: object) -> tuple[str, list[object]]:
    """Return the name and the items of a list of objects in an object, or the value alone."""
    if not isinstance(value, dict) or "id" in value or is_json_ld(value) or is_shopify(value):
        return "", [value]
    lists = {
        name: item
        for name, item in value.items()
        if isinstance(item, list) and item and all(isinstance(one, dict) for one in item)
    }
    known = {name: lists[name] for name in LISTS if name in lists} or lists
    if not OF_A_PRODUCT & {*lists} and (len(lists) == 1 or len(known) == 1):
        return next(iter(known.items()))
    inner = [one for one in value.values() if isinstance(one, dict)]
    preferred = [value[name] for name in ("data", "products", "product", "node") if name in value]
    inner = [one for one in preferred if isinstance(one, dict)] or inner
    if len(inner) == 1 and (preferred or len(value) == 1):
        return unwrapped(inner[0])
    return "", [value]


def _check(row: object, path: Path, options: FeedOptions) -> str:
    """Return the format of the first row. Raises `FeedError` for an object of none."""
    if not isinstance(row, dict):
        return "own"
    if options.map:
        return "own"
    if is_shopify(row):
        return "shopify"
    if is_json_ld(row):
        return "json-ld"
    if row and not {"id", *IMAGES} & {*row}:
        names = list(row)
        raise FeedError(
            f"{path}: the objects have neither id nor images. Fields: {list_names(names)}. "
            f"{suggest_map(['id', 'title', 'photo'], names)}"
        )
    return "own"


def _entries(rows: Iterable[tuple[str, object]], reading: Reading, options: FeedOptions) -> Iterator[Entry]:
    names = mapped_names(options)
    for pointer, row in rows:
        if isinstance(row, Finding):
            yield pointer, row
        elif isinstance(row, JsonItem):
            yield entry("LINE_UNREADABLE", f"not readable: {row.error}", pointer)
        elif not isinstance(row, dict):
            yield entry("LINE_UNREADABLE", f"not readable: {_named(row)}, not an object", pointer)
        elif names:
            yield from own_product(row, reading, pointer, names)
        elif is_shopify(row):
            yield from shopify_product(row, reading, pointer)
        elif is_json_ld(row):
            yield from json_ld_products(row, reading, pointer)
        else:
            yield from own_product(row, reading, pointer)


def _named(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
