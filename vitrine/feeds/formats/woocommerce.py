"""Read a WooCommerce product export: variations are under their parent, units are in the labels.

Labels are in the shop's language; the values of the column `Type` are not. A variation names its parent as
`id:12` or by its SKU. Source: WooCommerce's `class-wc-product-csv-exporter.php`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.formats.google import split_addresses
from vitrine.feeds.photo_order import Image, order_photos
from vitrine.feeds.product import RawProduct, Reading, read_product
from vitrine.feeds.tables.column_names import SIDES as LABELS
from vitrine.feeds.tables.lines import Line
from vitrine.feeds.values.dimensions import SIDES
from vitrine.feeds.values.length import NotALength, parse_length, unit_of

WINDOW = 2_000
"""A variation is added to its parent within so many lines; exports have them next to each other."""
NOT_SHOWN = {
    "grouped": "a group of other products",
    "virtual": "virtual: there is nothing to show",
    "downloadable": "a download: there is nothing to show",
}
YARD = "yd"


@dataclass(slots=True)
class _Waiting:
    """A product whose variations may still come."""

    line: Line
    number: int
    variations: list[Line] = field(default_factory=list)


def size_columns(names: Sequence[str]) -> tuple[dict[str, tuple[int, ...]], dict[str, str]]:
    """Return side -> position, and side -> unit, of labels such as `länge (cm)`."""
    roles: dict[str, tuple[int, ...]] = {}
    units: dict[str, str] = {}
    for at, name in enumerate(names):
        match = re.fullmatch(r"(\w+)\s*(?:\(([^)]+)\))?", name)
        side = next((side for side, labels in LABELS.items() if match and match[1] in labels), None)
        if match and side and side not in roles:
            roles[side] = (at,)
            unit = (match[2] or "").strip()
            if unit == YARD or unit_of(unit):
                units[side] = unit_of(unit) or unit
    return roles, units


def read_woocommerce_table(
    lines: Iterable[Line | Entry], units: Mapping[str, str], reading: Reading
) -> Iterator[Entry]:
    """Yield a product, or findings, for each line that is no variation."""
    waiting: deque[_Waiting] = deque()
    parents: dict[str, _Waiting] = {}
    for number, line in enumerate(lines):
        if not isinstance(line, Line):
            yield line
            continue
        if _kinds(line) & {"variation", "product_variation"}:
            parent = parents.get(re.sub(r"^id:\s*", "id:", line["parent"]))
            if parent is None:
                message = f"variation {_id(line)!r}: its parent {line['parent']!r} is not near it in the feed"
                yield entry("VARIANT_ALONE", message, line.pointer)
            else:
                parent.variations.append(line)
            continue
        one = _Waiting(line, number)
        waiting.append(one)
        parents |= dict.fromkeys(_names(one), one)
        while waiting and _is_done(waiting[0], number):
            done = waiting.popleft()
            for name in _names(done):
                parents.pop(name, None)
            yield from _product(done, units, reading)
    for one in waiting:
        yield from _product(one, units, reading)


def _is_done(one: _Waiting, number: int) -> bool:
    return "variable" not in _kinds(one.line) or number - one.number > WINDOW


def _names(one: _Waiting) -> list[str]:
    """What a variation may call its parent."""
    names = f"id:{one.line['woocommerce id']}", one.line["sku"]
    return [name for name in names if name not in ("", "id:")]


def _kinds(line: Line) -> set[str]:
    return {kind.strip() for kind in line["kind"].lower().split(",")}


def _id(line: Line) -> str:
    return line["id"] or line["sku"] or line["woocommerce id"]


def _product(one: _Waiting, units: Mapping[str, str], reading: Reading) -> Iterator[Entry]:
    line = one.line
    who = f"product {_id(line)!r}"
    for kind in _kinds(line) & {*NOT_SHOWN}:
        yield entry("PRODUCT_SKIPPED", f"{who} is {NOT_SHOWN[kind]}", line.pointer)
        return
    photos, why = order_photos(_images(one))
    if why:
        yield entry("PHOTO_ORDERED", f"{who}: {why}", line.pointer)
    sized = next((row for row in (line, *one.variations) if any(row.raw(side) for side in SIDES)), line)
    raw = RawProduct(
        id=_id(line),
        title=line["title"],
        photos=photos,
        sizes={side: _size(sized.raw(side), units.get(side)) for side in SIDES} | {"unit": line.raw("unit")},
        header_units={side: unit for side, unit in units.items() if unit != YARD},
        category=line["category"] or None,
        metadata=_metadata(one),
    )
    yield from read_product(raw, reading, line.pointer)


def _images(one: _Waiting) -> Iterator[Image]:
    for line in (one.line, *one.variations):
        addresses = [part for text in line.all("photo") for part in split_addresses(text)]
        for at, address in enumerate(addresses, 1):
            yield Image(address, at, of_variant=line is not one.line)


def _size(cell: object, unit: str | None) -> object:
    """Return a size as it is, a zero as none, and one in yards in feet, as a text with its unit."""
    if cell is None or re.fullmatch(r"0+(?:[.,]0*)?", str(cell).strip()):
        return None
    if unit != YARD:
        return cell
    try:
        length = parse_length(cell)
    except NotALength:
        return cell
    return None if length is None else f"{length.value * 3:.12g} ft"


def _metadata(one: _Waiting) -> dict[str, JsonValue]:
    skus: list[JsonValue] = [*dict.fromkeys(row["sku"] for row in (one.line, *one.variations) if row["sku"])]
    fields: dict[str, JsonValue] = {"woocommerce_id": one.line["woocommerce id"], "skus": skus}
    return {"shop": "woocommerce", **{name: value for name, value in fields.items() if value}}
