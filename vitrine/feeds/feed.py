"""What a reader of feeds returns: the products, and a finding for each bad line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from vitrine.findings import finding
from vitrine.models import Finding, Product

Entry = tuple[str, Product | Finding]
"""What readers yield: the position in the feed (`file:line`), and the product or finding there."""


@dataclass(frozen=True, slots=True)
class Feed:
    """The products of a feed, in its order, and the findings about its other lines."""

    products: tuple[Product, ...]
    findings: tuple[Finding, ...] = ()


def line_finding(code: str, message: str, pointer: str) -> Finding:
    """Return a finding about the line at `pointer` (`file:line`), which its message starts with."""
    return finding(code, f"{pointer}: {message}", pointer=pointer)


def without_photo(product_id: object, pointer: str) -> Finding:
    """Return the finding about a product that has no photo."""
    return line_finding("PRODUCT_WITHOUT_PHOTO", f"product {product_id!r} has no photo", pointer)


def invalid_product(error: ValidationError, pointer: str) -> Finding:
    """Return the finding that names each wrong field of a product and what is wrong with it."""
    fields = (
        f"{'.'.join(map(str, e['loc'])) or 'product'}: {e['msg'].removeprefix('Value error, ')}"
        for e in error.errors()
    )
    return line_finding("PRODUCT_INVALID", f"not a product: {'; '.join(fields)}", pointer)


def photo_address(photo: str, folder: Path) -> str:
    """Resolve a relative path against the feed's folder; URLs and absolute paths stay as they are."""
    if "://" in photo or Path(photo).expanduser().is_absolute():
        return photo
    return str(folder / photo)
