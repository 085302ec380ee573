"""The results of runs: records that flows return and the command line prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from vitrine.models import Blob, Finding, Inputs, Product, Release, ShopListing
from vitrine.record import Record


class Conversion(Record):
    """The result of one product in one run."""

    product_id: str
    title: str = ""
    status: Literal["published", "unchanged", "held", "failed"]
    """Held: all files are stored, and nothing is published until a person has reviewed the product."""
    release: Release | None = None
    sheet: Blob | None = None
    """Contact sheet in the work store: the photo beside the model and its levels of detail."""
    provider: str | None = None
    spent_usd: Decimal = Decimal(0)
    """Paid in this run; zero when the ledger already had the purchase."""
    reused: bool = False
    """Whether nothing was bought because the ledger already had this order."""
    findings: tuple[Finding, ...] = ()
    error: str | None = None
    listing: ShopListing | None = None
    """What the shop shows, if the recipe names one."""
    inputs: Inputs | None = None
    """What a held product was made from: until it changes, the product is not converted again."""

    @classmethod
    def failure(cls, product: Product, error: str) -> Conversion:
        """Return the result of a product that could not be converted, and why."""
        return cls(product_id=product.id, title=product.title, status="failed", error=error)


class CatalogRun(Record):
    """The result of a whole feed in one run."""

    conversions: tuple[Conversion, ...]
    findings: tuple[Finding, ...] = ()
    """Findings about the feed's lines."""
    page_url: str | None = None

    def count(self, status: str) -> int:
        """Return the number of products with this status."""
        return sum(conversion.status == status for conversion in self.conversions)
