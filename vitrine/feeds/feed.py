"""What reading a feed gives: the products, and what was wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from vitrine.models import Finding, Product, Severity

CODES: dict[str, tuple[Severity, str]] = {
    "line-unreadable": ("error", "not readable: {why}"),
    "product-invalid": ("error", "not a product: {why}"),
    "product-without-photo": ("error", "product {why} has no photo"),
    "id-repeated": ("error", "id {why} has been seen before: the first one counts"),
    "field-unknown": ("warning", "fields {why} are not known and are ignored"),
}
"""code -> severity, message. An error leaves one line out; the feed's other products go on."""


Entry = tuple[str, Product | Finding]
"""What readers yield: where it stands (`file:line`), and what it is."""


@dataclass(frozen=True, slots=True)
class Feed:
    """The products of a feed, in its order, and its bad lines."""

    products: tuple[Product, ...]
    findings: tuple[Finding, ...] = ()


def finding(code: str, why: str, pointer: str) -> Finding:
    """The finding `code` about the line at `pointer`, `file:line`."""
    severity, message = CODES[code]
    return Finding(
        code=code, severity=severity, message=f"{pointer}: {message.format(why=why)}", pointer=pointer
    )


def resolve(photo: str, folder: Path) -> str:
    """A photo's address as it can be fetched: URLs as they are, relative paths from the feed's folder."""
    if "://" in photo or Path(photo).expanduser().is_absolute():
        return photo
    return str(folder / photo)


def reasons(error: ValidationError) -> str:
    """One line that names each field and what is wrong with it."""
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'product'}: {e['msg'].removeprefix('Value error, ')}"
        for e in error.errors()
    )
