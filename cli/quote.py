"""`vitrine quote`: what a run will cost, before it starts."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.choices import KEYS, RecipeFile, load_recipe
from vitrine.errors import ConfigError, OptionRefused, PhotoError
from vitrine.models import Blob, Product
from vitrine.recipe import Generation, PhotoOptions, Recipe

if TYPE_CHECKING:
    from vitrine.ledger import Ledger
    from vitrine.providers.base import ImageTo3DProvider

RESOLUTIONS = (512, 1024, 1536)


def quote(
    sources: Annotated[list[str], typer.Argument(help="A feed, a folder of photos, or photos.")],
    provider: Annotated[
        list[str] | None, typer.Option(help="Only this account; may be given again. Default: all.")
    ] = None,
    recipe: RecipeFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
) -> None:
    """Price a run per provider and resolution; what is already bought costs nothing. Buys nothing."""
    from vitrine.settings import Settings

    names = provider or ["sandbox", *sorted(KEYS)]
    options = load_recipe(recipe)
    photos, problems = asyncio.run(_prepare(_products(sources), options.photo))
    rows = asyncio.run(_rows(names, options, photos, Settings.from_env().open_ledger()))
    console = Console(stderr=as_json)
    for problem in problems:
        console.print(f"not bought: {problem}", style="yellow", markup=False, soft_wrap=True)
    if as_json:
        for row in rows:
            print(json.dumps(row | {"unusable": len(problems)}, default=str))
        return
    table = Table(box=None, header_style="bold")
    for title in ("provider", "resolution", "to buy", "bought", "other", "USD", ""):
        table.add_column(title, justify="right" if title in ("to buy", "bought", "other", "USD") else "left")
    for row in rows:
        table.add_row(*(str(row[name]) for name in row))
    console.print(table)


def _products(sources: list[str]) -> list[Product]:
    from cli.convert import product_of
    from vitrine.feeds import read_feed
    from vitrine.feeds.read import READERS

    first = Path(sources[0])
    if len(sources) == 1 and (first.is_dir() or first.suffix.lower() in READERS):
        return list(read_feed(sources[0]).products)
    return [product_of(source) for source in sources]


async def _prepare(
    products: list[Product], options: PhotoOptions
) -> tuple[list[tuple[str, Blob]], list[str]]:
    """(product, prepared photo) of each product that would be bought, and why the others would not."""
    room = asyncio.Semaphore(4)

    async def in_turn(product: Product) -> tuple[str, Blob] | str:
        async with room:
            return await _prepared(product, options)

    made = await asyncio.gather(*(in_turn(product) for product in products))
    return [m for m in made if not isinstance(m, str)], [m for m in made if isinstance(m, str)]


async def _prepared(product: Product, options: PhotoOptions) -> tuple[str, Blob] | str:
    from vitrine.photos import fetch_photo, prepare_photo

    source = product.photos[0]
    try:
        data = await fetch_photo(source, options)
        _, photo = await asyncio.to_thread(prepare_photo, data, source, options)
    except PhotoError as error:
        return f"{product.id}: {error}"
    errors = [finding.message for finding in photo.errors]
    if errors:
        return f"{product.id}: " + "; ".join(errors)
    return product.id, photo.blob


async def _rows(
    names: list[str], recipe: Recipe, photos: list[tuple[str, Blob]], ledger: Ledger
) -> list[dict[str, Any]]:
    from blocks.resolve import load_account
    from vitrine.purchasing.approve_draft import draft_generation

    placeholders = {variable: os.environ.get(variable) or "not-set" for variable in KEYS.values()}
    rows = []
    for name in names:
        account = await load_account(name, os.environ | placeholders)
        live = name == "sandbox" or name not in KEYS or bool(os.environ.get(KEYS[name]))
        try:
            for resolution in RESOLUTIONS:
                asked = recipe.generation
                wanted = asked.model_copy(update={"resolution": resolution, "pipeline_type": None})
                drafted = recipe.mode == "draft-then-final" and resolution == asked.resolution
                bought = [draft_generation(wanted), wanted] if drafted else [wanted]
                note = "a draft" if resolution == RESOLUTIONS[0] else ""
                note = "the recipe's" if resolution == asked.resolution else note
                note += ", with its draft" if drafted else ""
                said = {"provider": account.name, "resolution": resolution}
                rows.append(said | await _row(account, bought, photos, ledger, note, live=live))
        finally:
            await account.aclose()
    return rows


async def _row(
    account: ImageTo3DProvider,
    generations: list[Generation],
    photos: list[tuple[str, Blob]],
    ledger: Ledger,
    note: str,
    *,
    live: bool,
) -> dict[str, Any]:
    from vitrine.ledger.quote import quote as price
    from vitrine.providers.prices import price_usd

    priced: list[tuple[str, Any, Decimal]] = []
    try:
        for (product, photo), generation in itertools.product(photos, generations):
            order = account.order(photo, generation)
            usd = await account.price_usd(order) if live else price_usd(account.name, order.settings)
            priced.append((product, order, usd))
    except (OptionRefused, ConfigError) as error:
        return {"new": 0, "bought": 0, "other": 0, "usd": "-", "note": str(error)}
    told = price(priced, ledger)
    other = len(told.lines) - told.count("new") - told.count("bought")
    counts = {"new": told.count("new"), "bought": told.count("bought"), "other": other}
    return counts | {"usd": told.total_usd, "note": note}
