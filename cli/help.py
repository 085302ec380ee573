"""Commands whose help shows a switch without a type."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup


def _hide_type_of_switches(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "is_flag", False) and param.metavar is None:
            param.metavar = ""  # Typer would show `<bool>`, which nobody can write after a switch
    return params


class PlainCommand(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _hide_type_of_switches(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """A group of commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _hide_type_of_switches(super().get_params(ctx))
