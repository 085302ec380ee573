"""`vitrine catalog`: convert a feed and publish its catalogue."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.buy_again import choose_attempts
from cli.check_destination import check_destination
from cli.choices import AsJson, Provider, RecipeFile, Shop, To, check_provider, load_recipe
from cli.console import Console
from cli.feed import Map, announce, with_map
from cli.terminal import print_findings
from cli.unchanged import find_done
from vitrine.defaults import CONCURRENCY, MAX_FAILED

if TYPE_CHECKING:
    from vitrine.models import Product
    from vitrine.recipe import Recipe
    from vitrine.runs import CatalogRun


def catalog(
    feed: Annotated[
        str,
        typer.Argument(
            help="An export of Shopify or WooCommerce, a Google Merchant feed, a table (id,title,photo), "
            "JSON, a product page, a folder of photos, or s3://bucket/prefix. Its content decides."
        ),
    ],
    provider: Provider = "sandbox",
    recipe: RecipeFile = None,
    shop: Shop = None,
    to: To = "public",
    concurrency: Annotated[
        int, typer.Option(min=1, max=500, help="Products converted at once.")
    ] = CONCURRENCY,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help="Id of a held product that you accept: publishes it or, after a draft, buys the final model."
        ),
    ] = None,
    again: Annotated[
        list[str] | None,
        typer.Option(help="Id of a product whose model is bought anew; prints the price first."),
    ] = None,
    columns: Map = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Convert products that have not changed, too.")
    ] = False,
    max_failed: Annotated[
        float,
        typer.Option(min=0, max=1, help="Start no further product when a larger share of 20 or more failed."),
    ] = MAX_FAILED,
    as_json: AsJson = False,
) -> None:
    """Convert the products of a feed that have changed, and publish the catalogue.

    Exits with 1 if a product failed or a line of the feed is refused, else with 3 if a product is held.
    """
    from cli.run import display_path, exit_code, print_json, summarize

    check_provider(provider)
    options = with_map(load_recipe(recipe, shop), columns or ())
    console = Console(stderr=as_json)
    accepted = tuple(accept or ())
    wanted = {"--accept": accepted, "--again": tuple(again or ())}
    named = announce(feed, options.feed, wanted, console)
    outcome = None if accepted or again or everything else find_done(feed, options, provider, to)
    if outcome is None:
        check_destination(to)
        anew = [product for product in named if product.id in (again or ())]
        chosen = {"concurrency": concurrency, "everything": everything, "max_failed": max_failed}
        outcome = _run(feed, options, provider, to, console, anew=anew, accept=accepted, **chosen)
    if as_json:
        print_json([outcome])
    else:
        summarize(outcome.conversions, console)
        print_findings(outcome.findings, console)
        if outcome.page_url:
            console.print(f"catalogue: {display_path(outcome.page_url)}", highlight=False, soft_wrap=True)
    if code := exit_code(outcome.conversions, outcome.findings):
        raise typer.Exit(code)


def _run(
    feed: str,
    recipe: Recipe,
    provider: str,
    to: str,
    console: Console,
    *,
    anew: list[Product],
    **options: Any,
) -> CatalogRun:
    """Run the flow on a server; `options` are its parameters of the same names."""
    from cli.run import run, servers
    from vitrine.planning.run_times import record_run
    from vitrine.settings import Settings

    started = time.monotonic()
    with servers(provider, console):
        from flows.convert_catalog import convert_catalog
        from flows.outcome import run_flow

        attempts = choose_attempts(anew, recipe, provider, console)
        flow = functools.partial(convert_catalog, **options, attempts=attempts)
        outcome: CatalogRun = run(run_flow(flow, feed, recipe, provider, to), console)
    converted = sum(row.status in ("published", "held") for row in outcome.conversions)
    if converted:
        record_run(Settings.from_env().home, converted, time.monotonic() - started)
    return outcome
