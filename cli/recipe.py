"""`vitrine recipe`: the default recipe, to change and give back with `--recipe`."""

from __future__ import annotations

from typing import Annotated

import typer


def recipe(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, without comments.")] = False,
) -> None:
    """Print the default recipe as TOML with comments: a file to start from."""
    from vitrine.recipe import Recipe
    from vitrine.recipe.default_toml import default_recipe_toml

    print(
        Recipe().model_dump_json(indent=2) if as_json else default_recipe_toml(),
        end="" if not as_json else "\n",
    )
