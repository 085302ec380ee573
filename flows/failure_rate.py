"""Stop a catalogue run in which too many products fail, before its budget is spent on them."""

from __future__ import annotations

from collections.abc import Callable

from vitrine.models import Product
from vitrine.plain_text import count_of
from vitrine.runs import Conversion

MIN_FINISHED = 20
"""Before so many products are finished, no share is too high."""


class FailureRate:
    """Counts the products of a run that failed."""

    def __init__(self, limit: float, on_too_high: Callable[[int, int, float], None] | None = None) -> None:
        """`on_too_high` is called once, with how many failed of how many, and the limit."""
        self.limit = limit
        self._on_too_high = on_too_high
        self.finished = 0
        self.failed = 0

    @property
    def is_too_high(self) -> bool:
        """Whether no further product should be started."""
        return self.finished >= MIN_FINISHED and self.failed > self.limit * self.finished

    def count(self, conversion: Conversion) -> Conversion:
        """Count a finished product, and return it."""
        self.finished += 1
        self.failed += conversion.status == "failed"
        if self._on_too_high and self.is_too_high:
            self._on_too_high(self.failed, self.finished, self.limit)
            self._on_too_high = None
        return conversion

    def not_started(self, product: Product) -> Conversion:
        """Return the result of a product that is not started."""
        error = (
            f"not started: {self.failed} of {count_of(self.finished, 'product')} failed, "
            f"more than the limit of {self.limit:.0%}. Nothing was bought for it"
        )
        return Conversion.failure(product, error)
