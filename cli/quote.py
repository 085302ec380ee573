"""`vitrine quote`: what a run will cost, before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.choices import KEYS, RecipeFile, load_recipe
from cli.console import Console
from cli.feed import Map, with_map
from cli.terminal import count_progress, print_findings

if TYPE_CHECKING:
    from vitrine.models import Finding, PreparedPhoto, Product
    from vitrine.purchasing.earlier_photos import EarlierPhotos
    from vitrine.purchasing.quote import QuoteRow
    from vitrine.recipe import FeedOptions, Recipe


def quote(
    sources: Annotated[list[str], typer.Argument(help="A feed, a folder of photos, or photos.")],
    provider: Annotated[
        list[str] | None,
        typer.Option(help="Only this account; may be given more than once. Default: all accounts."),
    ] = None,
    recipe: RecipeFile = None,
    columns: Map = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each row.")] = False,
) -> None:
    """Print the price of a run, for each account and resolution.

    Models that the ledger has already cost nothing. A quote buys nothing. Exits with 1 if a line of the feed
    or a photo is not usable; the others are priced.
    """
    import asyncio

    from deployments.run_here import quote_accounts
    from vitrine.purchasing.earlier_photos import EarlierPhotos
    from vitrine.settings import Settings

    names = provider or ["sandbox", *sorted(KEYS)]
    options = with_map(load_recipe(recipe), columns or ())
    settings = Settings.from_env()
    console = Console()
    aside = Console(stderr=True, soft_wrap=True)
    products, findings = _read(sources, options.feed)
    print_findings(findings, aside)
    earlier = EarlierPhotos(settings.open_ledger(), settings.open_work_store())
    photos, unusable = asyncio.run(_check_photos(products, options, earlier, aside))
    rows = asyncio.run(quote_accounts(names, options, photos, earlier))
    unusable += sum(finding.severity == "error" for finding in findings)
    if as_json:
        _print_json(rows, unusable)
        raise typer.Exit(1 if unusable else 0)
    table = Table(box=None, header_style="bold")
    for title in ("provider", "resolution", "to buy", "bought", "other", "USD", ""):
        table.add_column(title, justify="right" if title in ("to buy", "bought", "other", "USD") else "left")
    for row in rows:
        counts = (str(row.resolution), str(row.new), str(row.bought), str(row.other))
        table.add_row(row.provider, *counts, _usd(row), row.note)
    console.print(table)
    raise typer.Exit(1 if unusable else 0)


def _print_json(rows: list[QuoteRow], unusable: int) -> None:
    import json

    for row in rows:
        print(json.dumps(row.model_dump() | {"usd": _usd(row), "unusable": unusable}))


def _usd(row: QuoteRow) -> str:
    return "-" if row.usd is None else str(row.usd)


def _read(sources: list[str], options: FeedOptions) -> tuple[list[Product], list[Finding]]:
    """Return the products of one feed, or of photos, and the findings about the feed."""
    from deployments.run_here import product_of
    from vitrine.feeds import is_photo, read_feed

    if len(sources) == 1 and not is_photo(sources[0]):
        feed = read_feed(sources[0], options)
        return list(feed.products), list(feed.findings)
    return [product_of(source) for source in sources], []


async def _check_photos(
    products: list[Product], recipe: Recipe, earlier: EarlierPhotos, console: Console
) -> tuple[list[tuple[str, PreparedPhoto]], int]:
    """Return the photos that models would be bought for, and how many are not usable; print which and why."""
    from vitrine.purchasing.quote import prepare_photos

    photos: list[tuple[str, PreparedPhoto]] = []
    unusable = 0
    with count_progress("photos checked", len(products), console) as advance:
        async for checked in prepare_photos(products, recipe, earlier):
            if checked.photo is not None:
                photos.append((checked.product, checked.photo))
            else:
                unusable += 1
                text = f"not bought: {checked.product}: {checked.problem}"
                console.print(text, style="yellow", markup=False, highlight=False)
            advance()
    return photos, unusable
