"""The header of a table: which format it belongs to, and which cell has which name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vitrine.feeds.tables import column_names as names
from vitrine.feeds.tables.columns import ROLES, find_columns
from vitrine.feeds.tables.plain_name import plain_name

HEADER_WITHIN = 20
"""A header is looked for among this many rows."""


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a table's columns, in plain form: see `plain_name`."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[object]) -> Header:
        return cls(tuple(plain_name(cell) for cell in cells))

    def find(self, *names: str) -> int | None:
        """Return the position of the first of these names that is there."""
        return next((self.names.index(name) for name in names if name in self.names), None)

    def has(self, *names: str) -> bool:
        return self.find(*names) is not None

    @property
    def kind(self) -> str:
        """Return the format: `shopify`, `woocommerce`, `google`, or `table` for our own columns."""
        variant = (*names.SHOPIFY["photo"], *names.SHOPIFY["variant photo"], "variant sku", "option1 name")
        if self.has(*names.SHOPIFY["handle"]) and self.has(*variant):
            return "shopify"
        if all(self.has(*names.WOOCOMMERCE[role]) for role in ("kind", "title", "photo")) and self.has(
            *names.WOOCOMMERCE["id"], *names.WOOCOMMERCE["sku"]
        ):
            return "woocommerce"
        google = [name.removeprefix("g:") for name in self.names]
        if {"id", "image link"} <= {*google} and {*google} & names.GOOGLE_ONLY:
            return "google"
        return "table"


def header_score(cells: Sequence[object], wanted: frozenset[str] = frozenset()) -> int:
    """Return how many columns a row names that Vitrine knows, or that are `wanted`."""
    own = sum(role in ROLES for role in find_columns(cells).roles)
    plain = {plain_name(cell) for cell in cells}
    return max(own, sum(name.removeprefix("g:") in names.KNOWN for name in plain)) + len(plain & wanted)
