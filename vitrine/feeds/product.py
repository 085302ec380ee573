"""From what a feed says about a product to the product, or findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue, ValidationError

from vitrine.errors import Refused
from vitrine.feeds.feed import Entry, entry
from vitrine.feeds.values.dimensions import SizeRefused, read_dimensions
from vitrine.feeds.values.photo_address import NotAnAddress, photo_address, split_photos
from vitrine.feeds.values.product_id import invisible, look, spoilt, spreadsheet_look
from vitrine.fetching.hidden import hide
from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.sources import check_source
from vitrine.models import Product


@dataclass(frozen=True, slots=True)
class RawProduct:
    """The fields of a product as a feed has them."""

    id: object
    photos: Sequence[str]
    """Cells or strings, each with one address or several."""
    title: object = ""
    sizes: Mapping[str, object] = field(default_factory=dict)
    """`length`, `width`, `height` and `unit`, where given."""
    header_units: Mapping[str, str] = field(default_factory=dict)
    category: object = None
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What holds for all products of a feed."""

    folder: Path
    """Where relative paths start."""
    unit: str | None = None
    """Of sizes that have none; without it, metres."""
    point_is_decimal: bool = False
    """Whether a point in the feed's numbers can only be a decimal point."""


def read_product(raw: RawProduct, reading: Reading, pointer: str) -> Iterator[Entry]:
    """Yield the findings about a product and then the product, unless a finding is an error."""
    who = f"product {raw.id!r}"
    if not raw.id or (isinstance(raw.id, str) and not look(raw.id)):
        yield entry("ID_MISSING", "the product has no id", pointer)
        return
    if isinstance(raw.id, str):
        if lost := spoilt(raw.id):
            yield entry("ID_SPOILT", f"id {raw.id!r} {lost}", pointer)
            return
        if made := spreadsheet_look(raw.id):
            yield entry("ID_ODD", f"id {raw.id!r} {made}: did a spreadsheet make it?", pointer)
        if unseen := invisible(raw.id):
            message = f"id {raw.id!r} has invisible characters: {', '.join(unseen)}"
            yield entry("ID_ODD", message, pointer)
    photos, bad = _photos(raw, reading.folder)
    if not photos:
        code, message = ("PHOTO_ADDRESS", bad[0]) if bad else ("PRODUCT_WITHOUT_PHOTO", "")
        yield entry(code, f"{who}: {message}" if message else f"{who} has no photo", pointer)
        return
    yield from (entry("PHOTO_SKIPPED", f"{who}: not tried: {message}", pointer) for message in bad)
    try:
        dimensions, findings = read_dimensions(
            raw.sizes,
            pointer,
            who,
            header_units=raw.header_units,
            point_is_decimal=reading.point_is_decimal,
            default_unit=reading.unit,
        )
    except SizeRefused as error:
        yield pointer, error.finding
        return
    yield from ((pointer, found) for found in findings)
    try:
        product = Product.model_validate(
            {
                "id": raw.id,
                "title": raw.title,
                "photos": tuple(photos),
                "dimensions": dimensions,
                "category": raw.category,
                "metadata": dict(raw.metadata),
            }
        )
    except ValidationError as error:
        yield entry("PRODUCT_INVALID", f"{who}: {_faults(error)}", pointer)
        return
    yield pointer, product


def _photos(raw: RawProduct, folder: Path) -> tuple[list[str], list[str]]:
    """Return the addresses of a product's photos, each once, and what is wrong with the others."""
    photos: dict[str, None] = {}
    bad = []
    policy = FetchPolicy.from_env()
    for cell in raw.photos:
        for part in split_photos(cell, folder):
            try:
                photo = photo_address(part, folder)
                check_source(photo, folder, policy)
                photos.setdefault(hide(photo))
            except (NotAnAddress, Refused) as error:
                bad.append(str(error))
    return list(photos), bad


def _faults(error: ValidationError) -> str:
    """Return each wrong field and what is wrong with it."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'product'}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors()
    )
