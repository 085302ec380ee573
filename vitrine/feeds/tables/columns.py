"""Which column is which: names, units in names, and the columns that other exports use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from vitrine.feeds.tables.plain_name import plain_name
from vitrine.feeds.values.dimensions import SIDES
from vitrine.feeds.values.length import unit_of

REQUIRED = ("id", "title", "photo")
ROLES = (*REQUIRED, *SIDES, "unit", "category")
ALIASES = {
    "id": ("sku", "product id", "item id"),
    "title": ("name", "product name", "product title"),
    "photo": ("image link", "image", "images", "photos", "image url", "photo url", "picture", "image src"),
    "length": ("depth",),
    "unit": ("units", "dimension unit"),
}
"""Other names of a column, which count where the column itself is absent; the first that is there."""
FURTHER_PHOTOS = ("additional image link", "additional image links")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by their role: `id`, `title`, `photo`, …"""

    names: tuple[str, ...]
    """Names as messages and metadata have them: stripped, in lower case."""
    roles: dict[str, int] = field(default_factory=dict)
    """Role to the column's position."""
    units: dict[str, str] = field(default_factory=dict)
    """Side to the unit in its column's name: `height (cm)`."""
    further: tuple[int, ...] = ()
    """Positions of columns with more photos."""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(role for role in REQUIRED if role not in self.roles)

    @property
    def renamed(self) -> dict[str, str]:
        """Column to role, where the column has another name."""
        return {
            self.names[at]: role
            for role, at in self.roles.items()
            if self.names[at] != role and role not in self.units
        }


def find_columns(header: Sequence[object]) -> Columns:
    """Return the columns that a header names."""
    names = tuple(
        "" if cell is None else " ".join(str(cell).strip("\ufeff").lower().split()) for cell in header
    )
    plain = [plain_name(name) for name in names]
    roles = {role: plain.index(role) for role in ROLES if role in plain}
    units: dict[str, str] = {}
    for at, name in enumerate(plain):
        side, unit = _side_with_unit(name)
        if side and unit and side not in roles:
            roles[side], units[side] = at, unit
    for role, others in ALIASES.items():
        found = next((other for other in others if other in plain), None)
        if role not in roles and found:
            roles[role] = plain.index(found)
    further = tuple(at for at, name in enumerate(plain) if name in FURTHER_PHOTOS)
    return Columns(names, roles, units, further)


def _side_with_unit(name: str) -> tuple[str | None, str | None]:
    match = re.fullmatch(r"(length|depth|width|height)\s*[\(\[,/]?\s*(?:in\s+)?([a-z]+|\"|″)\s*[\)\]]?", name)
    if not match:
        return None, None
    return ("length" if match[1] == "depth" else match[1]), unit_of(match[2])
