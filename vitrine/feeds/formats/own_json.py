"""Read the products of our own JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.product import RawProduct, Reading, read_product
from vitrine.feeds.values.dimensions import SIDES

KNOWN = ("id", "title", "images", "dimensions", "category", "metadata")
IMAGES = ("images", "image", "photos", "photo", "image_link")
NO_NAMES: Mapping[str, Sequence[str]] = MappingProxyType({})
FLAT = (*SIDES, "unit")
ADDRESS = ("src", "url", "href")
"""The fields of an image object that may hold its address."""


def own_product(
    row: dict[str, object], reading: Reading, pointer: str, names: Mapping[str, Sequence[str]] = NO_NAMES
) -> Iterator[Entry]:
    """Yield a product or findings for an object.

    It is `{"id", "title", "images": [...], "dimensions": {"length", "width", "height", "unit"}, "category",
    "metadata": {}}`; `id` and `images` are required. Unknown fields are reported and ignored. `names` has
    the fields that somebody has named for a role, such as `{"photo": ["media.url"]}`: a point leads into an
    object.
    """
    if names:
        row = _mapped(row, names)
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
    yield from read_product(raw, reading, pointer)


def _mapped(row: dict[str, object], names: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return an object with our own fields, taken from the fields that were named for them."""
    mapped = {name: row[name] for name in KNOWN if name in row}
    images = next((name for name in IMAGES if row.get(name)), None)
    if images:
        mapped["images"] = row[images]
    if any(side in names for side in FLAT):
        mapped.pop("dimensions", None)
    for role, several in names.items():
        values = [value for name in several if (value := field_at(row, name)) is not None]
        if role == "photo":
            mapped["images"] = [
                one for value in values for one in (value if isinstance(value, list) else [value])
            ]
        elif values:
            mapped[role] = values[0]
    return mapped


def field_at(row: object, path: str) -> object:
    """Return the value at `media.url`; in a list, that of every object of it."""
    if isinstance(row, dict) and path in row:
        return row[path]
    name, _, rest = path.partition(".")
    if isinstance(row, list):
        return [value for one in row if (value := field_at(one, path)) is not None]
    value = row.get(name) if isinstance(row, dict) else None
    return field_at(value, rest) if rest and value is not None else None


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
