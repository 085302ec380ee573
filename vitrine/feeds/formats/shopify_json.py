"""Read products as Shopify's Admin API has them: REST (`products.json`) and GraphQL (nodes or edges)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.photo_order import Image, order_photos
from vitrine.feeds.product import RawProduct, Reading, read_product
from vitrine.feeds.values.length import unit_of
from vitrine.json_text import parse_json

ADDRESS = ("url", "src", "originalSrc", "transformedSrc")
MARKS = (
    "variants",
    "images",
    "media",
    "featuredImage",
    "featuredMedia",
    "body_html",
    "product_type",
    "options",
)


PRODUCT = "gid://shopify/Product/"
"""What the id of a product in GraphQL starts with."""


def is_shopify(row: Mapping[str, object]) -> bool:
    """Whether an object is a product of Shopify."""
    has_id = str(row.get("id")).startswith(PRODUCT)
    return isinstance(row.get("handle"), str) and (has_id or any(mark in row for mark in MARKS))


def shopify_product(row: Mapping[str, object], reading: Reading, pointer: str) -> Iterator[Entry]:
    """Yield a product or findings for an object of Shopify; its id is the handle, as in an export."""
    handle = str(row["handle"]).strip()
    if str(row.get("status", "")).lower() == "archived":
        yield entry("PRODUCT_SKIPPED", f"product {handle!r} is archived", pointer)
        return
    photos, why = order_photos(images_of(row))
    if why:
        yield entry("PHOTO_ORDERED", f"product {handle!r}: {why}", pointer)
    category = row.get("product_type") or row.get("productType") or row.get("category")
    if isinstance(category, dict):
        category = category.get("fullName") or category.get("name")
    sizes = _sizes(row)
    raw = RawProduct(
        id=handle,
        title=row.get("title") or "",
        photos=photos,
        sizes={side: value for side, (value, _) in sizes.items()},
        header_units={side: unit for side, (_, unit) in sizes.items() if unit},
        category=category or None,
        metadata=_metadata(row, handle),
    )
    yield from read_product(raw, reading, pointer)


def nodes(value: object) -> list[dict[str, object]]:
    """Return the objects of a list, or of a GraphQL connection with `nodes` or `edges`."""
    if isinstance(value, dict):
        value = value.get("nodes") or [
            edge.get("node") for edge in value.get("edges") or [] if isinstance(edge, dict)
        ]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def images_of(row: Mapping[str, object]) -> Iterator[Image]:
    """Yield the photos of a product of Shopify, and those of its variants."""
    listed = nodes(row.get("images"))
    for number, image in enumerate(listed, 1):
        position = image.get("position")
        alt = image.get("alt") or image.get("altText") or ""
        yield from _image(image, position if isinstance(position, int) else number, str(alt))
    media = [one for one in nodes(row.get("media")) if one.get("mediaContentType", "IMAGE") == "IMAGE"]
    for number, one in enumerate(media, len(listed) + 1):
        yield from _image(_of_media(one), number, str(one.get("alt") or ""))
    last = len(listed) + len(media) + 1
    for name in ("image", "featuredImage", "featuredMedia"):
        if isinstance(single := row.get(name), dict):
            yield from _image(_of_media(single), last)
    for variant in nodes(row.get("variants")):
        for name in ("image", "featured_image"):
            if isinstance(single := variant.get(name), dict):
                yield from _image(single, 1, of_variant=True)


def _of_media(media: dict[str, object]) -> dict[str, object]:
    preview = media.get("preview")
    for image in (media.get("image"), preview.get("image") if isinstance(preview, dict) else None):
        if isinstance(image, dict):
            return image
    return media


def _image(
    image: Mapping[str, object], position: float, alt: str = "", *, of_variant: bool = False
) -> Iterator[Image]:
    address = next((image[name] for name in ADDRESS if isinstance(image.get(name), str)), None)
    if isinstance(address, str) and address.strip():
        yield Image(address.strip(), position, alt, of_variant)


def _sizes(row: Mapping[str, object]) -> dict[str, tuple[object, str | None]]:
    """Return side -> number and unit, of metafields of type `dimension`."""
    sizes: dict[str, tuple[object, str | None]] = {}
    for field in nodes(row.get("metafields")):
        side = {"depth": "length"}.get(str(field.get("key")), str(field.get("key")))
        if side not in ("length", "width", "height") or field.get("type") != "dimension":
            continue
        try:
            value = parse_json(str(field.get("value")))
            unit = unit_of(str(value["unit"]))
            sizes[side] = value["value"] if unit else f"{value['value']} {value['unit']}", unit
        except (ValueError, KeyError, TypeError):
            continue
    return sizes


def _metadata(row: Mapping[str, object], handle: str) -> dict[str, JsonValue]:
    skus: list[JsonValue] = [
        *dict.fromkeys(str(variant["sku"]) for variant in nodes(row.get("variants")) if variant.get("sku"))
    ]
    fields: dict[str, JsonValue] = {
        "handle": handle,
        "shopify_id": str(row.get("admin_graphql_api_id") or row.get("id") or ""),
        "skus": skus,
        "vendor": str(row.get("vendor") or ""),
    }
    return {"shop": "shopify", **{name: value for name, value in fields.items() if value}}
