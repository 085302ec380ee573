"""Read a Shopify product export: rows with one handle are one product.

The first row has the product's fields and its first photo. Further rows have its variants, its other photos,
or both. Column names of both generations: see `vitrine/feeds/tables/column_names.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.photo_order import Image, order_photos
from vitrine.feeds.product import RawProduct, Reading, read_product
from vitrine.feeds.tables.lines import Line
from vitrine.feeds.values.dimensions import SIDES

MAX_ROWS = 5_000
"""Rows of one product that are kept: Shopify allows 2,048 variants and 250 photos."""


def read_shopify_table(lines: Iterable[Line | Entry], reading: Reading) -> Iterator[Entry]:
    """Yield a product, or findings, for the rows of each handle."""
    group: list[Line] = []
    for line in lines:
        if not isinstance(line, Line):
            yield line
            continue
        handle = line["handle"]
        if not handle:
            yield entry("ID_MISSING", "the row has no handle", line.pointer)
            continue
        if group and handle != group[0]["handle"]:
            yield from _product(group, reading)
            group = []
        if len(group) < MAX_ROWS:
            group.append(line)
    if group:
        yield from _product(group, reading)


def _product(group: list[Line], reading: Reading) -> Iterator[Entry]:
    first = group[0]
    handle = first["handle"]
    title = next((line["title"] for line in group if line["title"]), "")
    for at, line in enumerate(group):
        if line["title"] not in ("", title):
            message = f"id {handle!r} is another product here, {line['title']!r}: the first one counts"
            yield entry("ID_REPEATED", message, line.pointer)
            group = group[:at]
            break
    if first["status"].lower() == "archived":
        yield entry("PRODUCT_SKIPPED", f"product {handle!r} is archived", first.pointer)
        return
    photos, why = order_photos(_images(group))
    if why:
        yield entry("PHOTO_ORDERED", f"product {handle!r}: {why}", first.pointer)
    raw = RawProduct(
        id=handle,
        title=title,
        photos=photos,
        sizes={name: first.raw(name) for name in (*SIDES, "unit")},
        category=next((line["category"] for line in group if line["category"]), None),
        metadata=_metadata(group),
    )
    yield from read_product(raw, reading, first.pointer)


def _images(group: list[Line]) -> Iterator[Image]:
    for line in group:
        for address in line.all("photo"):
            yield Image(address.strip(), _position(line["position"]), line["alt"])
    for line in group:
        if address := line["variant photo"]:
            yield Image(address, alt=line["alt"], of_variant=True)


def _position(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("inf")


def _metadata(group: list[Line]) -> dict[str, JsonValue]:
    skus: list[JsonValue] = [*dict.fromkeys(line["sku"] for line in group if line["sku"])]
    fields: dict[str, JsonValue] = {"handle": group[0]["handle"], "skus": skus, "vendor": group[0]["vendor"]}
    return {"shop": "shopify", **{name: value for name, value in fields.items() if value}}
