"""What a reader of feeds returns: the products, and a finding for each bad line."""

from __future__ import annotations

from dataclasses import dataclass

from vitrine.findings import finding
from vitrine.models import Finding, Product

Entry = tuple[str, Product | Finding]
"""What readers yield: the position in the feed (`file:line`), and the product or finding there."""


@dataclass(frozen=True, slots=True)
class Feed:
    """The products of a feed, in its order, and the findings about its other lines."""

    products: tuple[Product, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings about lines that give no product."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def entry(code: str, message: str, pointer: str) -> Entry:
    """Return a finding at `pointer` (`file:line`), as readers yield it."""
    return pointer, finding(code, message, pointer=pointer)
