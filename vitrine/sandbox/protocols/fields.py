"""Field types of a request, and their validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitrine.sandbox.jobs.order import ApiError


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer from `low` to `high`."""

    low: int
    high: int
    default: int | None = None

    def problem(self, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return "must be an integer"
        return None if self.low <= value <= self.high else f"must be between {self.low} and {self.high}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `low` to `high`."""

    low: float
    high: float
    default: float | None = None

    def problem(self, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "must be a number"
        return None if self.low <= value <= self.high else f"must be between {self.low:g} and {self.high:g}"


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    default: bool | None = None

    def problem(self, value: object) -> str | None:
        return None if isinstance(value, bool) else "must be a boolean"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of `values`; the type must match, too: "1024" is not 1024."""

    values: tuple[str | int, ...]
    default: str | int | None = None

    def problem(self, value: object) -> str | None:
        if type(value) is type(self.values[0]) and value in self.values:
            return None
        return f"must be one of {', '.join(map(repr, self.values))}"


@dataclass(frozen=True, slots=True)
class Text:
    """A string that is not empty."""

    default: str | None = None

    def problem(self, value: object) -> str | None:
        return None if isinstance(value, str) and value else "must be a non-empty string"


Field = Integer | Number | Boolean | OneOf | Text


def check_fields(body: dict[str, Any], fields: dict[str, Field], *, refuse_unknown: bool = False) -> None:
    """Validate a request's fields. Raises `ApiError` 400 with every field that is not valid."""
    wrong = []
    for name, value in body.items():
        field = fields.get(name)
        if field is None:
            if refuse_unknown:
                wrong.append(f"{name}: unknown field")
        elif (problem := field.problem(value)) is not None:
            wrong.append(f"{name}: {problem}, not {value!r}"[:300])
    if wrong:
        raise ApiError(400, "invalid_request", "; ".join(wrong))
