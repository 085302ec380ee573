"""Put the lines of Shopify's bulk operations together: each line is an object, and names its parent.

The variants, media and metafields of a product are lines of their own with `__parentId`. They come behind
their product: right behind it where the operation was asked to group objects, else anywhere.
https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.formats.shopify_json import PRODUCT, images_of, is_shopify
from vitrine.feeds.spool import temporary_database

PARENT = "__parentId"
MAX_CHILDREN = 10_000
"""Of one product that are kept: Shopify allows 2,048 variants and 250 media."""
CONNECTIONS = {
    "ProductVariant": "variants",
    "MediaImage": "media",
    "ProductImage": "images",
    "ImageSource": "images",
    "Metafield": "metafields",
}
"""Type in an object's id -> the list of the product that it is in; a video has no photo of the product."""
FIELDS = {
    "mediaContentType": "media",
    "preview": "media",
    "image": "media",
    "namespace": "metafields",
    "sku": "variants",
    "url": "images",
    "src": "images",
    "originalSrc": "images",
}
"""Field -> connection, for an object without an id."""

Row = tuple[str, object]
"""A position, and what is there."""


def join_children(rows: Iterable[Row]) -> Iterator[Row | Entry]:
    """Yield each product with its children in its lists, and other rows as they are.

    A product goes on as soon as another one comes, unless it has neither children nor a photo: then its
    children may come after all products, and it waits for the end in a temporary database.
    """
    current: _Group | None = None
    waiting = _Waiting()
    late: str | None = None
    for pointer, row in rows:
        if not isinstance(row, dict):
            yield pointer, row
            continue
        is_product = is_shopify(row)
        parent = row.get(PARENT)
        if isinstance(parent, str) and not is_product:
            known = (current is not None and current.add(parent, row)) or waiting.add(parent, row)
            late = late if known else late or pointer
            continue
        if current is not None and not waiting.put(current):
            yield current.joined()
        current = _Group(pointer, row) if is_product and str(row.get("id")).startswith(PRODUCT) else None
        if current is None:
            yield pointer, row
    if current is not None:
        yield current.joined()
    yield from waiting.products()
    if late is not None:
        message = "from here on, lines belong to products before them: run the operation with groupObjects"
        yield entry("VARIANT_ALONE", message, late)


class _Group:
    """A product, and the rows that belong to it."""

    def __init__(self, pointer: str, product: dict[str, Any]) -> None:
        self.pointer, self.product = pointer, product
        self.children: list[tuple[str, dict[str, Any]]] = []
        self._ids = {str(product["id"])}

    def add(self, parent: str, row: dict[str, Any]) -> bool:
        """Add a row if its parent is the product or one of its children."""
        if parent not in self._ids:
            return False
        self._ids.add(str(row.get("id")))
        if len(self.children) < MAX_CHILDREN:
            self.children.append((parent, row))
        return True

    def joined(self) -> Row:
        """Return the product with its children in lists, as one answer of the API has it."""
        product = dict(self.product)
        for parent, row in self.children:
            name = connection_of(row)
            if parent != product["id"]:
                name, row = ("variants", {"image": _image_of(row)}) if name == "media" else (None, row)
            if name is not None:
                listed = product.get(name)
                product[name] = [*(listed if isinstance(listed, list) else ()), row]
        return self.pointer, product


def _image_of(media: dict[str, Any]) -> object:
    preview = media.get("preview")
    return media.get("image") or (preview.get("image") if isinstance(preview, dict) else None)


def connection_of(row: dict[str, Any]) -> str | None:
    """Return the list of a product that a row belongs into; `None` for one that the feed has no use for."""
    kind = str(row.get("id", "")).removeprefix("gid://shopify/").partition("/")[0]
    if kind:
        return CONNECTIONS.get(kind)
    return next((name for field, name in FIELDS.items() if field in row), None)


class _Waiting:
    """Products whose children have not come."""

    def __init__(self) -> None:
        self._database = temporary_database()
        self._database.execute("CREATE TABLE owners (id TEXT PRIMARY KEY, product INTEGER)")
        self._database.execute("CREATE TABLE rows (product INTEGER, parent TEXT, row TEXT)")
        self._count = 0

    def put(self, group: _Group) -> bool:
        """Let a product wait, unless it has children or a photo."""
        if group.children or next(images_of(group.product), None) is not None:
            return False
        self._count += 1
        self._add(self._count, group.pointer, group.product)
        return True

    def add(self, parent: str, row: dict[str, Any]) -> bool:
        """Add a row if its parent waits here."""
        query = "SELECT product FROM owners WHERE id = ?"
        found = self._database.execute(query, (parent,)).fetchone() if self._count else None
        if found:
            self._add(found[0], parent, row)
        return bool(found)

    def products(self) -> Iterator[Row]:
        """Yield the products with their children, in their order."""
        self._database.execute("CREATE INDEX by_product ON rows (product)")
        rows = self._database.execute("SELECT product, parent, row FROM rows ORDER BY product, rowid")
        for _, lines in itertools.groupby(rows, key=lambda row: int(row[0])):
            _, pointer, text = next(lines)
            group = _Group(pointer, json.loads(text))
            group.children = [
                (parent, json.loads(text)) for _, parent, text in itertools.islice(lines, MAX_CHILDREN)
            ]
            yield group.joined()

    def _add(self, product: int, parent: str, row: dict[str, Any]) -> None:
        if "id" in row:
            self._database.execute("INSERT OR IGNORE INTO owners VALUES (?, ?)", (str(row["id"]), product))
        self._database.execute("INSERT INTO rows VALUES (?, ?, ?)", (product, parent, json.dumps(row)))
