"""What becomes of products in a run: records that flows hand back and the command line prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from vitrine.models import Blob, Finding, Release
from vitrine.record import Record


class Conversion(Record):
    """What became of one product in one run."""

    product_id: str
    title: str = ""
    status: Literal["published", "unchanged", "held", "failed"]
    """Held: what was made is kept and nothing is published, until a person has looked at it."""
    release: Release | None = None
    sheet: Blob | None = None
    """Contact sheet in the work store: the photo beside the model and its levels of detail."""
    provider: str | None = None
    spent_usd: Decimal = Decimal(0)
    """Paid now; zero when the ledger already held the purchase."""
    reused: bool = False
    """True when nothing was bought because the ledger already held this order."""
    findings: tuple[Finding, ...] = ()
    error: str | None = None


class CatalogRun(Record):
    """What became of a whole feed in one run."""

    conversions: tuple[Conversion, ...]
    findings: tuple[Finding, ...] = ()
    """What the feed's reader had to say, one a bad line."""
    page_url: str | None = None

    def count(self, status: str) -> int:
        return sum(conversion.status == status for conversion in self.conversions)
