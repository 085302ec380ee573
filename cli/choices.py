"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vitrine.errors import ConfigError

if TYPE_CHECKING:
    from vitrine.recipe import Recipe

BLOCK = "block:"
"""What the name of something saved in Prefect starts with."""
KEYS = {"pixazo": "PIXAZO_API_KEY", "empiriolabs": "EMPIRIOLABS_API_KEY"}

Provider = Annotated[
    str,
    typer.Option(
        "--provider",
        help="The provider of the model: [b]sandbox[/] (free previews on this machine), [b]pixazo[/], "
        "[b]empiriolabs[/], or block:TYPE/NAME for an account saved in Prefect. Several: "
        "[b]A,B[/] in this order, or [b]cheapest:A,B[/].",
    ),
]
RecipeFile = Annotated[
    Path | None,
    typer.Option("--recipe", help="A recipe file (TOML, YAML or JSON); without one, the default recipe."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object for each result; messages go to stderr.")
]
Shop = Annotated[
    str | None,
    typer.Option(
        "--shop",
        help="Also let the products in this shop show their models: [b]shopify[/], [b]woocommerce[/] "
        "(their keys are in the environment), or block:TYPE/NAME.",
    ),
]
To = Annotated[
    str, typer.Option("--to", help="Where to publish: a folder, s3://bucket/prefix, or block:TYPE/NAME.")
]


def load_recipe(path: Path | None, shop: str | None = None) -> Recipe:
    """Return the recipe in a file, or the default recipe without one; `shop` goes before the recipe's.

    Raises `RecipeError` for an unreadable one, and for a destination that is not known.
    """
    from vitrine.recipe import Recipe

    recipe = Recipe() if path is None else Recipe.load(path)
    if shop is not None:
        recipe = recipe.model_copy(update={"shop": shop})
    if recipe.destinations:
        from vitrine.destinations.limits import named_destinations

        named_destinations(recipe.destinations)
    return recipe


def check_provider(name: str) -> None:
    """Raise `ConfigError` for an unknown provider, or one without a key, before any server starts."""
    from vitrine.providers.routing import parse_accounts

    _, names = parse_accounts(name)
    for one in names:
        _check_one(one)


def _check_one(name: str) -> None:
    if name.startswith(BLOCK) or name == "sandbox":
        return
    if name not in KEYS:
        known = ", ".join(["sandbox", *KEYS])
        raise ConfigError(f"unknown provider {name!r}: choose one of {known}, or block:TYPE/NAME")
    if not os.environ.get(KEYS[name]):
        raise ConfigError(f"{name} needs a key: set {KEYS[name]} in the environment")
