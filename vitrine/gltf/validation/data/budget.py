"""How many bytes of values are checked: many objects can refer to the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from vitrine.gltf.limits import require
from vitrine.recipe.limits import ModelLimits


@dataclass(slots=True)
class Budget:
    """The bytes that may be checked, and how many have been."""

    limits: ModelLimits
    checked_bytes: int = 0

    def take(self, size: int) -> None:
        """Count bytes that are going to be checked. Raises `LimitExceeded` when they are too many in all."""
        self.checked_bytes += size
        require(self.limits, "accessor_bytes", self.checked_bytes, "too many bytes of values to check")
