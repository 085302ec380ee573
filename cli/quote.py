"""`vitrine quote`: what a run will cost, before it starts."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.choices import KEYS, RecipeFile, load_recipe

if TYPE_CHECKING:
    from vitrine.models import PreparedPhoto, Product
    from vitrine.purchasing.earlier_photos import EarlierPhotos
    from vitrine.purchasing.quote import QuoteRow
    from vitrine.recipe import Recipe


def quote(
    sources: Annotated[list[str], typer.Argument(help="A feed, a folder of photos, or photos.")],
    provider: Annotated[
        list[str] | None,
        typer.Option(help="Only this account; may be given more than once. Default: all accounts."),
    ] = None,
    recipe: RecipeFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each row.")] = False,
) -> None:
    """Print the price of a run, for each account and resolution.

    Models that the ledger has already cost nothing. A quote buys nothing.
    """
    from vitrine.purchasing.earlier_photos import EarlierPhotos
    from vitrine.purchasing.quote import prepare_photos
    from vitrine.settings import Settings

    names = provider or ["sandbox", *sorted(KEYS)]
    options = load_recipe(recipe)
    settings = Settings.from_env()
    earlier = EarlierPhotos(settings.open_ledger(), settings.open_work_store())
    photos, problems = asyncio.run(prepare_photos(_products(sources), options.photo, earlier.store))
    rows = asyncio.run(_rows(names, options, photos, earlier))
    console = Console(stderr=as_json)
    for problem in problems:
        console.print(f"not bought: {problem}", style="yellow", markup=False, soft_wrap=True)
    if as_json:
        _print_json(rows, len(problems))
        return
    table = Table(box=None, header_style="bold")
    for title in ("provider", "resolution", "to buy", "bought", "other", "USD", ""):
        table.add_column(title, justify="right" if title in ("to buy", "bought", "other", "USD") else "left")
    for row in rows:
        counts = (str(row.resolution), str(row.new), str(row.bought), str(row.other))
        table.add_row(row.provider, *counts, _usd(row), row.note)
    console.print(table)


def _print_json(rows: list[QuoteRow], unusable: int) -> None:
    import json

    for row in rows:
        print(json.dumps(row.model_dump() | {"usd": _usd(row), "unusable": unusable}))


def _usd(row: QuoteRow) -> str:
    return "-" if row.usd is None else str(row.usd)


def _products(sources: list[str]) -> list[Product]:
    from cli.convert import product_of
    from vitrine.feeds import read_feed
    from vitrine.feeds.read import READERS

    first = Path(sources[0])
    if len(sources) == 1 and (first.is_dir() or first.suffix.lower() in READERS):
        return list(read_feed(sources[0]).products)
    return [product_of(source) for source in sources]


async def _rows(
    names: list[str], recipe: Recipe, photos: list[tuple[str, PreparedPhoto]], earlier: EarlierPhotos
) -> list[QuoteRow]:
    from blocks.resolve import load_account
    from vitrine.purchasing.quote import quote_account

    placeholders = {variable: os.environ.get(variable) or "not-set" for variable in KEYS.values()}
    rows: list[QuoteRow] = []
    for name in names:
        account = await load_account(name, os.environ | placeholders)
        has_key = name == "sandbox" or name not in KEYS or bool(os.environ.get(KEYS[name]))
        try:
            rows += await quote_account(account, recipe, photos, earlier, live_prices=has_key)
        finally:
            await account.aclose()
    return rows
