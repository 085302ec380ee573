"""Read the items of a Google Merchant feed, of a table or of XML.

Each item is a product, also where several have one `item_group_id`: a model is joined to a product by the
item's `id`. Variants with one photo share their model. Source: Google's product data specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import JsonValue

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.photo_order import Image, order_photos
from vitrine.feeds.product import RawProduct, Reading, read_product
from vitrine.feeds.tables.lines import Line
from vitrine.feeds.values.dimensions import SIDES

ROLES: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title",),
    "photo": ("image link",),
    "further": ("additional image link", "additional image links"),
    "length": ("product length",),
    "width": ("product width",),
    "height": ("product height",),
    "category": ("google product category", "product type"),
    "group": ("item group id",),
    "brand": ("brand",),
    "gtin": ("gtin",),
    "mpn": ("mpn",),
}
"""Role -> attributes in plain form, without `g:`; the first that is there counts."""


def read_google_table(lines: Iterable[Line | Entry], reading: Reading) -> Iterator[Entry]:
    """Yield a product or findings for each line."""
    for line in lines:
        if isinstance(line, Line):
            fields = {role: line.all(role) for role in line.roles}
            yield from google_product(fields, reading, line.pointer)
        else:
            yield line


def google_product(fields: Mapping[str, Sequence[str]], reading: Reading, pointer: str) -> Iterator[Entry]:
    """Yield a product or findings for an item: the texts of each role of `ROLES`."""
    first = {role: texts[0].strip() for role, texts in fields.items() if texts}
    product_id = first.get("id", "")
    addresses = [*fields.get("photo", ())[:1]]
    addresses += [part for text in fields.get("further", ()) for part in split_addresses(text)]
    images = [Image(address.strip(), at) for at, address in enumerate(addresses, 1) if address.strip()]
    photos, why = order_photos(images)
    if why:
        yield entry("PHOTO_ORDERED", f"product {product_id!r}: {why}", pointer)
    names = {"group": "item_group_id", "brand": "brand", "gtin": "gtin", "mpn": "mpn"}
    metadata: dict[str, JsonValue] = {name: first[role] for role, name in names.items() if role in first}
    raw = RawProduct(
        id=product_id,
        title=first.get("title", ""),
        photos=photos,
        sizes={side: first.get(side) for side in SIDES},
        category=first.get("category") or None,
        metadata={"shop": "google", **metadata},
    )
    yield from read_product(raw, reading, pointer)


def split_addresses(text: str) -> list[str]:
    """Return the addresses in a list with commas; a comma inside a URL is written `%2C` there."""
    if "://" in text or text.strip().startswith("//"):
        return [part.strip() for part in re.split(r",(?=\s*(?:https?:)?//)", text) if part.strip(" ,")]
    return [part.strip() for part in text.split(",") if part.strip()]
