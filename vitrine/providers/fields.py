"""Turning a recipe's generation settings into the fields of a provider's request.

Each adapter has a table from a setting to how the provider wants it written. A setting that has a value but
no row is refused by name before anything is sent; it is never dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from vitrine.errors import OptionRefused
from vitrine.recipe import Generation

Writer = Callable[[str, str, JsonValue], JsonValue]
"""(provider, option, value) -> the value in the request."""


def as_is(provider: str, option: str, value: JsonValue) -> JsonValue:  # noqa: ARG001
    """Send the value as the recipe has it."""
    return value


def as_text(provider: str, option: str, value: JsonValue) -> JsonValue:  # noqa: ARG001
    """Write an enum that is a string in the request: `1024` -> `"1024"`."""
    return str(value)


def as_integer(provider: str, option: str, value: JsonValue) -> JsonValue:
    """Write a number that is an integer in the request: `5.0` -> `5`. Raises `OptionRefused` for others."""
    if isinstance(value, float):
        if not value.is_integer():
            raise OptionRefused(provider, f"{option} = {value}", "it takes whole numbers here")
        return int(value)
    return value


def request_fields(
    generation: Generation, table: Mapping[str, Writer], *, provider: str, extra: bool
) -> dict[str, JsonValue]:
    """Return the request's fields without the photo; settings that are `None` are left to the provider.

    Raises `OptionRefused` for a setting outside `table`, and for `extra` fields unless `extra` is true.
    """
    given = {k: v for k, v in generation.model_dump(mode="json").items() if v is not None and k != "extra"}
    refused = [name for name in given if name not in table]
    if generation.extra and not extra:
        refused += sorted(generation.extra)
    if refused:
        raise OptionRefused(provider, ", ".join(refused), "leave it out, or use a provider that takes it")
    taken = sorted(set(generation.extra) & set(Generation.model_fields))
    if taken:
        raise OptionRefused(provider, f"extra.{taken[0]}", f"set generation.{taken[0]} itself")
    written = {name: table[name](provider, name, value) for name, value in given.items()}
    return {**written, **generation.extra}
