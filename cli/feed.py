"""A feed on the command line: `--map`, and the first line of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from cli.console import Console
from cli.terminal import print_findings
from vitrine.defaults import FeedRole
from vitrine.errors import InputError

if TYPE_CHECKING:
    from vitrine.models import Product
    from vitrine.recipe import FeedOptions, Recipe

COUNTED_BYTES = 50_000_000
"""A larger feed is not read twice: its products are counted while they are converted."""

Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="ROLE=COLUMN",
        help='Which column of the feed is which, where its name does not say so: [b]photo="Bild 1"[/]. May '
        "be given more than once. Roles: " + ", ".join(get_args(FeedRole)) + ".",
    ),
]


def with_map(recipe: Recipe, given: Sequence[str]) -> Recipe:
    """Return a recipe with the columns that `--map` names besides its own. Raises `InputError`."""
    if not given:
        return recipe
    from vitrine.recipe import FeedOptions

    named: dict[str, tuple[str, ...]] = {}
    for one in given:
        role, equals, column = one.partition("=")
        if role not in get_args(FeedRole) or not equals or not column.strip():
            roles = ", ".join(get_args(FeedRole))
            raise InputError(f'--map {one}: give ROLE=COLUMN, such as photo="Bild 1"; roles are {roles}')
        named[role] = (*named.get(role, ()), column.strip())
    feed = FeedOptions.model_validate(recipe.feed.model_dump() | {"map": recipe.feed.map | named})
    return recipe.model_copy(update={"feed": feed})


def announce(
    feed: str, options: FeedOptions, wanted: Mapping[str, Collection[str]], console: Console
) -> list[Product]:
    """Print what a feed is and has, and return the products whose ids are wanted (option -> ids).

    A large feed is read to its end only for wanted ids. Raises `InputError` for an id that is not there, and
    for a feed without a product.
    """
    from vitrine.feeds import stream_feed

    stream = stream_feed(feed, options)
    ids = {one for several in wanted.values() for one in several}
    size_bytes = Path(feed).expanduser().stat().st_size if Path(feed).expanduser().is_file() else 0
    if size_bytes > COUNTED_BYTES and not ids:
        size = f"{size_bytes / 1e6:,.0f} MB"
        text = f"{feed}: {stream.kind}, {size}: its products are counted while they are converted"
        console.print(text, highlight=False, soft_wrap=True)
        return []
    found = {product.id: product for product in stream if product.id in ids}
    for option, named in wanted.items():
        if unknown := set(named) - {*found}:
            raise InputError(f"{option} {', '.join(sorted(unknown))}: {feed} has no such product")
    if not stream.products:
        print_findings(stream.findings, Console(stderr=True))
        raise InputError(f"{feed}: no line is a product; {stream.refused} are refused")
    refused = (
        f", {stream.refused} {'line' if stream.refused == 1 else 'lines'} refused" if stream.refused else ""
    )
    console.print(f"{feed}: {stream.summary}{refused}", highlight=False, soft_wrap=True, markup=False)
    return list(found.values())
