"""`vitrine push` and `vitrine merchant-feed`: published models into shops."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from cli.choices import AsJson, To
from cli.console import Console
from cli.exit_codes import ExitCode
from vitrine.errors import InputError, ShopError, StorageError, VitrineError
from vitrine.plain_text import count_of

if TYPE_CHECKING:
    from vitrine.models import ShopListing
    from vitrine.shops import Shop
    from vitrine.storage.bucket import Bucket

ShopName = Annotated[
    str,
    typer.Option(
        "--shop",
        help="[b]shopify[/], [b]woocommerce[/] (their keys are in the environment), or block:TYPE/NAME for a "
        "shop saved in Prefect.",
    ),
]


def push(
    shop: ShopName,
    products: Annotated[
        list[str] | None, typer.Argument(help="Ids of published products; by default all of them.")
    ] = None,
    to: To = "public",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would change in the shop.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put published models on their products in a shop; what a product shows already is not attached again.

    A product that is named and no longer published loses its model. Exits with 1 if a product failed.
    """
    from blocks.resolve import load_shop
    from cli.releases import open_destination
    from cli.run import print_json

    bucket = open_destination(to)
    ids = list(products or _published(bucket))
    if not ids:
        raise InputError(f"nothing is published in {bucket.root}: there is nothing to push")
    console = Console(stderr=as_json, soft_wrap=True)

    async def work() -> tuple[list[ShopListing], int]:
        client = await load_shop(shop)
        try:
            return await _push_all(ids, bucket, client, shop, dry_run, console)
        finally:
            await client.aclose()

    import asyncio

    listings, failed = asyncio.run(work())
    if as_json:
        print_json(listings)
    if failed:
        raise typer.Exit(ExitCode.FAILED)


def merchant_feed(
    out: Annotated[
        Path, typer.Argument(help="The file to write: .xml for RSS, any other for tab-separated values.")
    ],
    to: To = "public",
) -> None:
    """Write a supplemental feed for Google Merchant Center, with the link of each product's model."""
    from cli.releases import open_destination
    from vitrine.shops.merchant_feed import merchant_feed as make
    from vitrine.shops.push_to_shop import current_model

    bucket = open_destination(to)
    models = [model for name in _published(bucket) if (model := current_model(name, bucket)) is not None]
    feed = make(models)
    data = feed.xml("3D models", bucket.url("index.html")) if out.suffix == ".xml" else feed.tsv()
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror or error}") from error
    console = Console(soft_wrap=True)
    for reason in feed.left_out:
        console.print(f"left out: {reason}", style="yellow", markup=False, highlight=False)
    console.print(
        f"{out}: {len(feed.rows)} of {count_of(len(models), 'product')}", markup=False, highlight=False
    )


def _published(bucket: Bucket) -> list[str]:
    from vitrine.publishing.publish_catalog import list_products

    return [entry.id for entry in list_products(bucket)]


async def _push_all(
    ids: list[str], bucket: Bucket, shop: Shop, ref: str, dry_run: bool, console: Console
) -> tuple[list[ShopListing], int]:
    from vitrine.shops import push_to_shop

    listings: list[ShopListing] = []
    failed = 0
    for product_id in ids:
        try:
            listing = await push_to_shop(product_id, bucket, shop, ref=ref, dry_run=dry_run)
        except (ShopError, StorageError) as error:
            failed += 1
            _say(console, product_id, "failed", error)
            continue
        listings.append(listing)
        _say(console, product_id, listing.status, None)
        for line in (*listing.changes, *(f"warning: {warning}" for warning in listing.warnings)):
            console.print(f"  {escape(line)}", highlight=False)
        if listing.url:
            console.print(f"  {escape(listing.url)}", highlight=False)
    return listings, failed


def _say(console: Console, product_id: str, status: str, error: VitrineError | None) -> None:
    colour = "red" if error else "green"
    tail = f": {escape(str(error))}" if error else ""
    console.print(f"{escape(product_id)}  [{colour}]{status}[/]{tail}", highlight=False)
