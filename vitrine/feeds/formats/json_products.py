"""Read the products of a JSON feed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.product import RawProduct, read_product
from vitrine.feeds.text.json_values import json_values
from vitrine.feeds.values.dimensions import SIDES

KNOWN = ("id", "title", "images", "dimensions", "category", "metadata")
IMAGES = ("images", "image", "photos", "photo", "image_link")
FLAT = (*SIDES, "unit")
ADDRESS = ("src", "url", "href")
"""The fields of an image object that may hold its address."""


def read_json(text: str, path: Path) -> Iterator[Entry]:
    """Yield a product or a finding for each object of JSON Lines, of an array, or of pretty-printed JSON.

    An object is `{"id", "title", "images": [...], "dimensions": {"length", "width", "height", "unit"},
    "category", "metadata": {}}`; `id` and `images` are required. Unknown fields are reported and ignored. An
    object that holds one list of objects and no id, such as `{"products": [...]}`, stands for that list.
    """
    for item in json_values(text):
        pointer = f"{path.name}:{item.line}"
        if item.error:
            yield entry("LINE_UNREADABLE", f"not readable: {item.error}", pointer)
            continue
        name, rows = _unwrapped(item.value)
        for number, row in enumerate(rows):
            where = f"{pointer}/{name}/{number}" if name else pointer
            if isinstance(row, dict):
                yield from _product(row, path, where)
            else:
                message = f"not readable: {_named(row)}, not an object"
                yield entry("LINE_UNREADABLE", message, where)


def _unwrapped(value: object) -> tuple[str, list[object]]:
    """Return the name and the items of a list of objects in an object, or the value alone."""
    while (
        isinstance(value, dict) and len(value) == 1 and isinstance(inner := next(iter(value.values())), dict)
    ):
        value = inner  # {"data": {"products": [...]}}
    if isinstance(value, dict) and "id" not in value:
        lists = {
            name: item
            for name, item in value.items()
            if isinstance(item, list) and item and all(isinstance(one, dict) for one in item)
        }
        if len(lists) == 1 and not {*IMAGES} & {*lists}:
            return next(iter(lists.items()))
    return "", [value]


def _product(row: dict[str, object], path: Path, pointer: str) -> Iterator[Entry]:
    images_field = next((name for name in IMAGES if row.get(name)), "images")
    flat = {} if row.get("dimensions") else {name: row[name] for name in FLAT if name in row}
    unknown = [name for name in row if name not in (*KNOWN, images_field, *flat)]
    if unknown:
        message = f"fields {', '.join(map(_printable, unknown))} are not known and are ignored"
        yield entry("FIELD_UNKNOWN", message, pointer)
    who = f"product {row.get('id', '')!r}"
    images = row.get(images_field)
    if not isinstance(images, list):
        images = [images] if images else []
    addresses = [_address(image) for image in images if image]
    if not all(isinstance(address, str) for address in addresses):
        message = f"{who}: images must be a list of paths or URLs"
        yield entry("PRODUCT_INVALID", message, pointer)
        return
    sizes = row.get("dimensions") or flat
    if not isinstance(sizes, dict):
        message = f"{who}: dimensions must be an object with length, width, height and unit"
        yield entry("PRODUCT_INVALID", message, pointer)
        return
    if surplus := [name for name in sizes if name not in (*FLAT, "depth")]:
        message = (
            f"{who}: dimensions.{_printable(surplus[0])} is not known; give length, width, height and unit"
        )
        yield entry("PRODUCT_INVALID", message, pointer)
        return
    if "depth" in sizes and "length" not in sizes:
        sizes = sizes | {"length": sizes["depth"]}
    raw = RawProduct(
        id=_text(row.get("id")),
        title=_text(row.get("title")) or "",
        photos=[address for address in addresses if isinstance(address, str)],
        sizes=sizes,
        category=_text(row.get("category")) or None,
        metadata=row.get("metadata") or {},  # type: ignore[arg-type]  # Product checks it
    )
    yield from read_product(raw, path.parent, pointer)


def _address(image: object) -> object:
    """Return the address of an image, which may be an object that has it as `src` or `url`."""
    if isinstance(image, dict):
        return next((image[name] for name in ADDRESS if isinstance(image.get(name), str)), image)
    return image


def _text(value: object) -> object:
    """Return a text without space around it, or a number as text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _printable(name: str) -> str:
    return name if name.isprintable() else repr(name)


def _named(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
