"""`--again`: say what buying models anew costs, and under which attempts they are bought."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from cli.console import Console
from vitrine.plain_text import count_of

if TYPE_CHECKING:
    from vitrine.models import Product
    from vitrine.purchasing.buy_again import Again
    from vitrine.recipe import Recipe


def choose_attempts(
    products: Sequence[Product], recipe: Recipe, provider: str, console: Console
) -> dict[str, int]:
    """Return product id -> attempt for products whose models are bought anew; print the price first.

    In a terminal a person confirms it. Raises `typer.Abort` if not.
    """
    if not products:
        return {}
    import asyncio

    quoted = asyncio.run(_quote(products, recipe, provider))
    bought = [one for one in quoted if not one.is_under_way]
    for one in quoted:
        line = f"buying anew: {one.product}, attempt {one.attempt}, ${one.usd}"
        if one.is_under_way:
            line = f"bought anew already: {one.product}, attempt {one.attempt}; this run goes on with it"
        console.print(line, highlight=False, soft_wrap=True)
    total = sum(one.usd for one in bought)
    console.print(f"{count_of(len(bought), 'model')} anew for ${total} at {provider}", highlight=False)
    if bought and sys.stdin.isatty():
        typer.confirm("Buy them?", abort=True)
    return {one.product: one.attempt for one in quoted}


async def _quote(products: Sequence[Product], recipe: Recipe, provider: str) -> list[Again]:
    from tasks.resources import earlier_photos, open_accounts
    from vitrine.purchasing.buy_again import quote_again
    from vitrine.purchasing.quote import prepare_photos

    earlier = earlier_photos()
    async with open_accounts(provider) as (accounts, policy):
        return [
            await quote_again(checked.product, checked.photo, recipe, accounts, policy, earlier)
            async for checked in prepare_photos(products, recipe, earlier)
            if checked.photo is not None  # the run names the unusable ones
        ]
