"""What people have decided about a product that is converted now."""

from __future__ import annotations

from vitrine.models import Inputs
from vitrine.record import Record
from vitrine.reviews.queue import ReviewItem


class Instructions(Record):
    """How to convert a product, beside its recipe."""

    accepted: bool = False
    """A person has approved its photo or its draft."""
    attempt: int = 1
    """The least attempt of its purchase: a higher one than before buys the model anew."""
    turned_attempt: int | None = None
    """The attempt whose model is turned by `quarters`; the front of another model is another one."""
    quarters: int = 0

    def quarters_of(self, attempt: int) -> int:
        """Return the quarter turns of the model that was bought with this attempt."""
        return self.quarters if attempt == self.turned_attempt else 0


def instructions(item: ReviewItem | None, inputs: Inputs) -> Instructions:
    """Return what was decided about a product with these inputs; nothing where it has other photos by now.

    What was decided about a model counts as long as the model does, whatever the recipe builds from it.
    """
    if item is None or item.inputs is None:
        return Instructions()
    if (item.inputs.photo, item.inputs.source) != (inputs.photo, inputs.source):
        return Instructions()
    decision = item.decision
    if decision is None:
        return Instructions(turned_attempt=item.attempt, quarters=item.quarters)
    if decision.action == "again":
        return Instructions(attempt=decision.attempt or 1)
    return Instructions(
        accepted=decision.action == "approved" and item.buys and item.inputs == inputs,
        turned_attempt=item.attempt,
        quarters=(item.quarters + decision.quarters) % 4,
    )
