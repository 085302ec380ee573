"""A product of the shop, with its photos and its true size."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from vitrine.record import Record

METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0, "in": 0.0254, "ft": 0.3048}


class Dimensions(Record):
    """True size of a product as its catalogue states it; one of the three suffices.

    Seen from the front: `width` runs along x, `height` along y, `length` (depth) along z.
    """

    length: Annotated[float, Field(gt=0)] | None = None
    width: Annotated[float, Field(gt=0)] | None = None
    height: Annotated[float, Field(gt=0)] | None = None
    unit: Literal["mm", "cm", "m", "in", "ft"] = "m"

    @model_validator(mode="after")
    def _has_a_dimension(self) -> Dimensions:
        if self.length is None and self.width is None and self.height is None:
            raise ValueError("dimensions need at least one of length, width, height")
        return self

    @property
    def metres(self) -> tuple[float | None, float | None, float | None]:
        """(x, y, z) = (width, height, length) in metres, `None` where unknown."""
        scale = METRES[self.unit]
        sides = (self.width, self.height, self.length)
        x, y, z = (None if side is None else float(f"{side * scale:.12g}") for side in sides)
        return x, y, z

    @property
    def complete(self) -> bool:
        """Whether all three are known."""
        return None not in (self.length, self.width, self.height)

    @property
    def text(self) -> str:
        """`24 × 31.5 × 24 cm`: width, height, depth, with no-break spaces; below 10 cm in millimetres.

        Where the catalogue states only some of the three, they are named: `height 9.6 cm`.
        """
        names = ("width", "height", "depth")
        sides = {name: side for name, side in zip(names, self.metres, strict=True) if side is not None}
        unit, scale = ("cm", 100.0) if max(sides.values()) >= 0.1 else ("mm", 1000.0)
        shown = {name: f"{round(side * scale, 1):,g}" for name, side in sides.items()}
        if self.complete:
            return f"{' × '.join(shown.values())} {unit}".replace(" ", "\N{NO-BREAK SPACE}")
        return ", ".join(f"{name} {side}\N{NO-BREAK SPACE}{unit}" for name, side in shown.items())


def slug_of(product_id: str) -> str:
    """Return an id as part of keys and file names, `[a-z0-9][a-z0-9_-]*`; different ids differ in it."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", product_id.lower()).strip("-_")
    if plain == product_id:
        return plain
    return f"{plain[:80] or 'product'}-{hashlib.sha256(product_id.encode()).hexdigest()[:8]}"


class Product(Record):
    """A product of a shop, and its photos."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    title: str = ""
    photos: Annotated[tuple[str, ...], Field(min_length=1)]
    """Paths, http(s) URLs or s3 URLs; the first one is converted."""
    dimensions: Dimensions | None = None
    category: str | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The id as part of keys and file names; see `slug_of`."""
        return slug_of(self.id)
