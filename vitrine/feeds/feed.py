"""What readers of feeds return: the products, and a finding for each bad line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from vitrine.findings import finding
from vitrine.models import Finding, Product
from vitrine.plain_text import count_of

Entry = tuple[str, Product | Finding]
"""What readers yield: the position in the feed (`file:line`), and the product or finding there."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A feed whose format is known; its entries are read as they are asked for."""

    kind: str
    """The format, as people call it: `Shopify export`."""
    entries: Iterator[Entry]


@dataclass(frozen=True, slots=True)
class Feed:
    """The products of a feed, in its order, and the findings about its other lines."""

    products: tuple[Product, ...]
    findings: tuple[Finding, ...] = ()
    kind: str = field(default="feed", compare=False)
    """The format, as people call it: `Shopify export`."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings about lines that give no product."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def summary(self) -> str:
        """`Shopify export, 412 products, 1,903 photos`"""
        photos = sum(len(product.photos) for product in self.products)
        return f"{self.kind}, {count_of(len(self.products), 'product')}, {count_of(photos, 'photo')}"


def entry(code: str, message: str, pointer: str) -> Entry:
    """Return a finding at `pointer` (`file:line`), as readers yield it."""
    return pointer, finding(code, message, pointer=pointer)
