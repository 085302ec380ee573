"""Stream the products of a feed: each id once, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Opened
from vitrine.feeds.open_feed import open_feed
from vitrine.feeds.spool import temporary_database
from vitrine.feeds.values.product_id import difference, look
from vitrine.findings import finding
from vitrine.models import Finding, Product
from vitrine.plain_text import count_of
from vitrine.recipe import DEFAULT_FEED, FeedOptions

MAX_FINDINGS = 10_000
"""Findings that are kept; the others are counted."""


class FeedStream:
    """The products of a feed, which can be iterated once; findings and counts grow on the way.

    Of several products with one id the first counts.
    """

    def __init__(self, opened: Opened, name: str, max_findings: int | None = MAX_FINDINGS) -> None:
        self.kind = opened.kind
        """The format, as people call it: `Shopify export`."""
        self.products = 0
        self.photos = 0
        self.refused = 0
        """Lines that are no product, though they should be."""
        self._entries = opened.entries
        self._name = name
        self._max_findings = max_findings
        self._findings: list[Finding] = []
        self._left_out = 0

    def __iter__(self) -> Iterator[Product]:
        """Yield the products. Raises `FeedError` at the end of a feed without a line for one."""
        seen = _SeenIds()
        for pointer, found in self._entries:
            if isinstance(found, Finding):
                self._add(found)
                continue
            twin = seen.add(found.id)
            if twin == found.id:
                message = f"id {found.id!r} has been seen before: the first one counts"
                self._add(finding("ID_REPEATED", message, pointer=pointer))
                continue
            if twin is not None:
                message = f"id {found.id!r} differs from {twin!r} only in {difference(found.id, twin)}"
                self._add(finding("ID_ALIKE", message, pointer=pointer))
            self.products += 1
            self.photos += len(found.photos)
            yield found
        if not self.products and not self.refused and not self._findings:
            raise FeedError(f"{self._name}: empty; it has no line with a product")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found so far; of more than `MAX_FINDINGS` the last one says how many are left out."""
        if not self._left_out:
            return tuple(self._findings)
        message = (
            f"not listed here: {count_of(self._left_out, 'further finding')}; "
            f"refused: {count_of(self.refused, 'line')}"
        )
        more = finding(
            "FINDINGS_LEFT_OUT",
            message,
            pointer=self._name,
            severity="error" if self.refused else "warning",
        )
        return (*self._findings, more)

    @property
    def summary(self) -> str:
        """`Shopify export, 412 products, 1,903 photos`: what was read so far."""
        return f"{self.kind}, {count_of(self.products, 'product')}, {count_of(self.photos, 'photo')}"

    def _add(self, found: Finding) -> None:
        self.refused += found.severity == "error"
        if self._max_findings is None or len(self._findings) < self._max_findings:
            self._findings.append(found)
        else:
            self._left_out += 1


class _SeenIds:
    """The ids of a feed."""

    def __init__(self) -> None:
        self._database = temporary_database()
        self._database.execute("CREATE TABLE seen (look TEXT, at INTEGER, id TEXT, PRIMARY KEY (look, at))")
        self._count = 0

    def add(self, product_id: str) -> str | None:
        """Record an id; return the same one if it was there, else the first that looks like it."""
        own = look(product_id)
        query = "SELECT id FROM seen WHERE look = ? ORDER BY at"
        alike = [str(row[0]) for row in self._database.execute(query, (own,))]
        if product_id in alike:
            return product_id
        self._count += 1
        self._database.execute("INSERT INTO seen VALUES (?, ?, ?)", (own, self._count, product_id))
        return alike[0] if alike else None


def stream_feed(source: str | Path, options: FeedOptions = DEFAULT_FEED) -> FeedStream:
    """Open a feed and return its products as a stream. Raises `FeedError` if it cannot be read at all."""
    return FeedStream(open_feed(source, options), str(source))
