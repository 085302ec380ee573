"""`vitrine convert`: convert photos and publish the products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.buy_again import choose_attempts
from cli.check_destination import check_destination
from cli.choices import AsJson, Provider, RecipeFile, Shop, To, check_provider, load_recipe
from cli.console import Console
from cli.unchanged import find_unchanged
from vitrine.errors import InputError
from vitrine.fetching.redact import redact

if TYPE_CHECKING:
    from vitrine.models import Dimensions, Product
    from vitrine.recipe import Recipe
    from vitrine.runs import Conversion

Measure = Annotated[str | None, typer.Option(help="For example 12cm, 0.4m, 8in.")]


def convert(
    photos: Annotated[
        list[str], typer.Argument(help="Paths, http(s) URLs or s3 URLs of photos; one product each.")
    ],
    provider: Provider = "sandbox",
    recipe: RecipeFile = None,
    shop: Shop = None,
    to: To = "public",
    product_id: Annotated[str | None, typer.Option("--id", help="The product's id (one photo only).")] = None,
    title: Annotated[str | None, typer.Option(help="The product's title (one photo only).")] = None,
    height: Measure = None,
    width: Measure = None,
    length: Measure = None,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help="Accept held products: publishes them or, after a draft, buys the final model.",
        ),
    ] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="Buy the models anew; prints the price first."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Convert product photos into published 3D products."""
    from vitrine.isolation import start_worker

    start_worker("vitrine.photos.prepare_photo")  # which takes as long to import as what follows
    from cli.check_photos import check_photos
    from cli.run import exit_code, print_json, summarize
    from deployments.run_here import product_of

    check_provider(provider)
    options = load_recipe(recipe, shop)
    products = [product_of(photo) for photo in photos]
    if len(products) > 1 and (product_id or title or height or width or length):
        raise InputError(
            f"--id, --title and sizes are for one photo, not {len(products)}: use a feed instead"
        )
    products[0] = products[0].model_copy(
        update={
            "id": product_id or products[0].id,
            "title": title or product_id or products[0].title,
            "dimensions": _dimensions(height, width, length),
        }
    )
    _check_unique_ids(products)
    console = Console(stderr=as_json)
    conversions = None if again else find_unchanged(products, options, provider, to)
    if conversions is None:
        check_photos(products, options)
        check_destination(to)
        conversions = _run(products, options, provider, to, console, accept=accept, again=again)
    if as_json:
        print_json(conversions)
    else:
        summarize(conversions, console)
    raise typer.Exit(exit_code(conversions))


def _run(
    products: list[Product],
    recipe: Recipe,
    provider: str,
    to: str,
    console: Console,
    *,
    accept: bool,
    again: bool,
) -> list[Conversion]:
    from cli.run import run, servers

    with servers(provider, console):
        attempts = choose_attempts(products if again else [], recipe, provider, console)
        return run(_convert_all(products, recipe, provider, to, accept, attempts), console)


async def _convert_all(
    products: list[Product],
    recipe: Recipe,
    account: str,
    to: str,
    accept: bool,
    attempts: dict[str, int],
) -> list[Conversion]:
    import asyncio

    from flows.convert_product import convert_product
    from flows.outcome import run_flow

    slots = asyncio.Semaphore(4)

    async def one(product: Product) -> Conversion:
        async with slots:
            own = recipe.model_copy(update={"attempt": attempts.get(product.id, recipe.attempt)})
            conversion: Conversion = await run_flow(convert_product, product, own, account, to, accept)
            return conversion

    return await asyncio.gather(*(one(product) for product in products))


def _check_unique_ids(products: list[Product]) -> None:
    seen: dict[str, Product] = {}
    for product in products:
        other = seen.setdefault(product.id, product)
        if other is not product:
            raise InputError(
                f"{redact(other.photos[0])} and {redact(product.photos[0])} would both be product "
                f"{product.id!r}: rename one, or use a feed with ids"
            )


def _dimensions(height: str | None, width: str | None, length: str | None) -> Dimensions | None:
    from vitrine.models import Dimensions

    given = {"height": height, "width": width, "length": length}
    sizes = {name: _metres(name, text) for name, text in given.items() if text}
    return Dimensions.model_validate(sizes | {"unit": "m"}) if sizes else None


def _metres(name: str, text: str) -> float:
    from vitrine.feeds.values.length import Ambiguous, NotALength, parse_length
    from vitrine.models import METRES

    try:
        length = parse_length(text)
    except Ambiguous as error:
        raise InputError(f"--{name} {error}") from error
    except NotALength:
        length = None
    if length is None or length.unit is None:
        raise InputError(
            f"--{name} {text!r}: write a number and a unit ({', '.join(METRES)}), for example 12cm"
        )
    return round(length.metres(length.unit), 12)
