"""The limits of every destination, read from `limits.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import model_validator

from vitrine.destinations.measures import MEASURES
from vitrine.errors import RecipeError
from vitrine.record import Record

ORIGIN = ("source", "url", "date", "official")
"""Where a number is from"""


class Limit(Record):
    """What one measure may be."""

    measure: str
    """A name of `MEASURES`"""
    max: float | None = None
    min: float | None = None
    allowed: tuple[str, ...] | None = None
    equal: bool | None = None
    required: bool = True
    """Whether the destination refuses a file that misses it; else it is a recommendation."""
    source: str = ""
    """Of this number; without one of its own, that of the destination. So are the next three."""
    url: str = ""
    date: str = ""
    official: bool = False

    @model_validator(mode="after")
    def _is_one_limit(self) -> Limit:
        stated = [each for each in (self.max, self.min, self.allowed, self.equal) if each is not None]
        if len(stated) != 1:
            raise ValueError(f"the limit of {self.measure} has {len(stated)} of max, min, allowed and equal")
        if self.measure not in MEASURES:
            raise ValueError(f"{self.measure} is no measure: there are {', '.join(MEASURES)}")
        return self

    @property
    def text(self) -> str:
        """`at most 5,000,000`, `at least 2048`, `glb, usdz`, `yes` or `no`."""
        if self.max is not None:
            return f"at most {self.max:,.10g}"
        if self.min is not None:
            return f"at least {self.min:,.10g}"
        if self.allowed is not None:
            return ", ".join(self.allowed)
        return "yes" if self.equal else "no"


class Destination(Record):
    """A shop, a viewer or an advertisement, and what it accepts."""

    id: str
    name: str
    files: tuple[str, ...]
    """Roles of the files that it may be given, the preferred one first; `web` is any level of detail."""
    source: str
    url: str
    date: str
    """Of the source, or when it was read"""
    official: bool
    """The source is the destination's own."""
    limits: tuple[Limit, ...]


@cache
def destinations() -> dict[str, Destination]:
    """Return every destination by its id, in the order of the file."""
    text = files("vitrine.destinations").joinpath("limits.toml").read_text(encoding="utf-8")
    return {key: _destination(key, table) for key, table in tomllib.loads(text).items()}


def _destination(key: str, table: dict[str, Any]) -> Destination:
    """Return a destination; its limits without a source of their own have the destination's."""
    origin = {name: table[name] for name in ORIGIN}
    limits = [origin | limit for limit in table["limits"]]
    return Destination(id=key, **table | {"limits": limits})


def named_destinations(names: tuple[str, ...]) -> tuple[Destination, ...]:
    """Return the destinations with these names, without repeats; `google` stands for every `google-…`.

    Raises `RecipeError` for a name that fits none.
    """
    known = destinations()
    found: dict[str, Destination] = {}
    for name in names:
        fitting = [each for key, each in known.items() if key == name or key.startswith(f"{name}-")]
        if not fitting:
            raise RecipeError(f"{name!r} is no destination: there are {', '.join(known)}")
        found |= {each.id: each for each in fitting}
    return tuple(found.values())
