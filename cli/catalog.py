"""`vitrine catalog`: convert a feed and publish its catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.buy_again import choose_attempts
from cli.check_destination import check_destination
from cli.choices import AsJson, Provider, RecipeFile, To, check_provider, load_recipe
from cli.console import Console
from cli.feed import Map, announce, with_map
from cli.terminal import print_findings
from vitrine.defaults import CONCURRENCY


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
    as_json: AsJson = False,
) -> None:
    """Convert every product of a feed and publish the catalogue.

    Exits with 1 if a product failed or a line of the feed is refused, else with 3 if a product is held.
    """
    from cli.run import display_path, exit_code, print_json, run, servers, summarize

    check_provider(provider)
    options = with_map(load_recipe(recipe), columns or ())
    console = Console(stderr=as_json)
    accepted = tuple(accept or ())
    wanted = {"--accept": accepted, "--again": tuple(again or ())}
    named = announce(feed, options.feed, wanted, console)
    check_destination(to)
    with servers(provider, console):
        from flows.convert_catalog import convert_catalog
        from flows.outcome import run_flow

        anew = [product for product in named if product.id in (again or ())]
        attempts = choose_attempts(anew, options, provider, console)
        work = run_flow(convert_catalog, feed, options, provider, to, concurrency, accepted, attempts)
        outcome = run(work, console)
    if as_json:
        print_json([outcome])
    else:
        summarize(outcome.conversions, console)
        print_findings(outcome.findings, console)
        if outcome.page_url:
            console.print(f"catalogue: {display_path(outcome.page_url)}", highlight=False, soft_wrap=True)
    if code := exit_code(outcome.conversions, outcome.findings):
        raise typer.Exit(code)
