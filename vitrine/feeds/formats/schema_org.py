"""Read the products of schema.org JSON-LD: of a file, or of a product page.

A `ProductGroup` stands for its variants, each a product that has from the group what it lacks itself. A group
without variants of its own is a product. Source: schema.org, and Google's pages on product variants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin

from pydantic import JsonValue

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.photo_order import Image, order_photos
from vitrine.feeds.product import RawProduct, Reading, read_product
from vitrine.feeds.values.length import unit_of
from vitrine.feeds.values.photo_address import find_file
from vitrine.fetching.url_path import url_path

Node = Mapping[str, object]
PRODUCTS = frozenset({"Product", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle", "Car"})
GROUP = "ProductGroup"
HOLDS = ("@graph", "itemListElement", "item", "mainEntity", "mainEntityOfPage", "itemOffered", "hasVariant")
"""Properties in which products are looked for."""
INHERITED = ("name", "image", "width", "height", "depth", "brand", "category")
SIDES = {"width": "width", "height": "height", "depth": "length"}
UNIT_CODES = {"CMT": "cm", "MMT": "mm", "MTR": "m", "INH": "in", "FOT": "ft"}
"""UN/CEFACT common codes."""
IDS = ("sku", "productID", "mpn", "gtin13", "gtin", "gtin12", "gtin14", "gtin8")
MAX_DEPTH = 12


def is_json_ld(row: Mapping[str, object]) -> bool:
    """Whether an object is JSON-LD."""
    return "@type" in row or "@graph" in row or "@context" in row


def json_ld_products(value: object, reading: Reading, pointer: str, base: str = "") -> Iterator[Entry]:
    """Yield a product, or findings, for each product in a JSON-LD document.

    `base` is the page's URL, where relative addresses start if no such file is beside the page.
    """
    by_id = {str(node["@id"]): node for node in _walk(value, lambda node: len(node) > 1) if "@id" in node}
    seen: set[int] = set()
    for node in _walk(value, lambda node: bool(_types(node) & (PRODUCTS | {GROUP}))):
        if id(node) in seen:
            continue
        variants = [by_id.get(str(one.get("@id")), one) for one in _objects(node.get("hasVariant"))]
        variants = [one for one in variants if any(name in one for name in (*IDS, "name", "image"))]
        seen |= {id(node), *map(id, variants)}
        group = str(node.get("productGroupID") or node.get("sku") or "") if variants else ""
        for one in variants or [node]:
            inherited = {name: node[name] for name in INHERITED if name in node} if variants else {}
            yield from _product(inherited | dict(one), by_id, reading, pointer, base, group)


def types_in(value: object) -> list[str]:
    """Return the types of the nodes of a JSON-LD document, each once."""
    found = [name for node in _walk(value, lambda node: "@type" in node) for name in sorted(_types(node))]
    return list(dict.fromkeys(found))


def _walk(value: object, wanted: Callable[[Node], bool], depth: int = 0) -> Iterator[Node]:
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, wanted, depth)
    elif isinstance(value, dict) and depth <= MAX_DEPTH:
        if wanted(value):
            yield value
        for name in HOLDS:
            yield from _walk(value.get(name), wanted, depth + 1)


def _types(node: Node) -> frozenset[str]:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(str(name).rpartition("/")[2].rpartition(":")[2] for name in names if name)


def _objects(value: object) -> list[Node]:
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, dict)]


def _product(
    node: Node, by_id: Mapping[str, Node], reading: Reading, pointer: str, base: str, group: str
) -> Iterator[Entry]:
    product_id = _text(next((node[name] for name in IDS if node.get(name)), "")) or _from_url(node, base)
    addresses = [_absolute(one, base, reading.folder) for one in _addresses(node.get("image"), by_id)]
    photos, why = order_photos(Image(address, at) for at, address in enumerate(addresses, 1))
    if why:
        yield entry("PHOTO_ORDERED", f"product {product_id!r}: {why}", pointer)
    sizes = {ours: _size(node[theirs]) for theirs, ours in SIDES.items() if node.get(theirs)}
    fields: dict[str, JsonValue] = {
        "shop": "schema.org",
        "url": _text(node.get("url")),
        "item_group_id": group,
        "brand": _text(node.get("brand")),
    }
    raw = RawProduct(
        id=product_id,
        title=_text(node.get("name")),
        photos=photos,
        sizes={side: value for side, (value, _) in sizes.items()},
        header_units={side: unit for side, (_, unit) in sizes.items() if unit},
        category=_text(node.get("category")) or None,
        metadata={name: value for name, value in fields.items() if value},
    )
    yield from read_product(raw, reading, pointer)


def _from_url(node: Node, base: str) -> str:
    """Return the last part of the product's URL, as an id where there is no other."""
    for url in (node.get("url"), node.get("@id"), base):
        part = url_path(url).rstrip("/").rpartition("/")[2] if isinstance(url, str) else ""
        if part:
            return part.rpartition(".")[0] or part
    return ""


def _addresses(value: object, by_id: Mapping[str, Node]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _addresses(one, by_id)
    elif isinstance(value, dict):
        node = value if len(value) > 1 else by_id.get(str(value.get("@id")), value)
        for name in ("contentUrl", "url"):
            if isinstance(address := node.get(name), str | list):
                yield from _addresses(address, {})
                return


def _absolute(address: str, base: str, folder: Path) -> str:
    address = address.strip()
    if not base or "://" in address or address.startswith("//") or find_file(folder, address):
        return address
    try:
        return urljoin(base, address)
    except ValueError:  # no URL, such as "[": the row is refused for what it says
        return address


def _size(value: object) -> tuple[object, str | None]:
    """Return a size and its unit, of a QuantitativeValue or a text such as `30 cm`."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return value, ""
    number, code = value.get("value"), _text(value.get("unitCode"))
    named = UNIT_CODES.get(code.upper(), "") or _text(value.get("unitText")) or code
    unit = unit_of(named)
    return (number, unit) if unit or not named else (f"{number} {named}", "")


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or ""
    return str(value).strip() if isinstance(value, str | int | float) else ""
