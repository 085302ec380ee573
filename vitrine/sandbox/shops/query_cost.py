"""The cost of a query, and the bucket of points that it is taken from.

After https://shopify.dev/docs/api/usage/limits: a scalar costs 0, an object 1, a mutation 10, and a
connection is sized by its `first`; the exact scale of connections is not documented, so it is a root here.
"""

from __future__ import annotations

import math
import time
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

MUTATION = 10.0


def requested_cost(document: DocumentNode) -> float:
    """Return the points that a document asks for, before it is executed."""
    total = 0.0
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            fields = [one for one in definition.selection_set.selections if isinstance(one, FieldNode)]
            if definition.operation is OperationType.MUTATION:
                total += MUTATION * len(fields)
            else:
                total += sum(_cost(one) for one in fields)
    return math.ceil(total)


def _cost(field: FieldNode) -> float:
    if field.selection_set is None:
        return 0.0
    inner = _inner(field.selection_set)
    size = next(
        (
            int(one.value.value)
            for one in field.arguments or ()
            if one.name.value in ("first", "last") and isinstance(one.value, IntValueNode)
        ),
        None,
    )
    return 1.0 + inner if size is None else 2.0 + math.sqrt(size) * max(inner, 1.0)


def _inner(selections: SelectionSetNode) -> float:
    total = 0.0
    for one in selections.selections:
        if isinstance(one, FieldNode):
            total += _cost(one)
        elif hasattr(one, "selection_set") and one.selection_set is not None:
            total += _inner(one.selection_set)
    return total


class Points:
    """A bucket of points that refills at a constant rate."""

    def __init__(self, maximum: float, restore_rate: float) -> None:
        self.maximum, self.restore_rate = maximum, restore_rate
        self._left, self._at = maximum, time.monotonic()

    def take(self, cost: float) -> bool:
        """Take points if there are enough."""
        left = self.left()
        if cost > left:
            return False
        self._left = left - cost
        return True

    def left(self) -> float:
        now = time.monotonic()
        self._left = min(self.maximum, self._left + (now - self._at) * self.restore_rate)
        self._at = now
        return self._left

    def report(self, requested: float, actual: float | None) -> dict[str, Any]:
        """Return `extensions.cost` of an answer."""
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self.maximum,
                "currentlyAvailable": math.floor(self.left()),
                "restoreRate": self.restore_rate,
            },
        }
