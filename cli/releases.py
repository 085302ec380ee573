"""`vitrine releases`, `rollback` and `withdraw`: the releases of a bucket, and which one is current."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from cli.choices import To
from cli.console import Console
from vitrine.errors import InputError, NotFound

if TYPE_CHECKING:
    from vitrine.storage.bucket import Bucket

ProductArgument = Annotated[str, typer.Argument(help="The id of the product.")]


def releases(
    product: Annotated[str | None, typer.Argument(help="The id of a product: list all its releases.")] = None,
    to: To = "public",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the products of a destination and their current releases, or all releases of one product."""
    from vitrine.publishing.publish_catalog import list_products
    from vitrine.publishing.releases import list_releases

    bucket = open_destination(to)
    if product is None:
        rows: list[dict[str, Any]] = [
            {
                "product": entry.id,
                "title": entry.title,
                "release": entry.release,
                "page": bucket.url(entry.page),
            }
            for entry in list_products(bucket)
        ]
        columns: tuple[str, ...] = ("product", "release", "page")
    else:
        slug = _slug(bucket, product)
        rows = [listed.model_dump(mode="json") for listed in list_releases(bucket, slug)]
        columns = ("release", "state", "files", "size_bytes")
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(str(row[name]) for name in columns))
    Console(soft_wrap=True).print(table)


def rollback(
    product: ProductArgument,
    to: To = "public",
    release: Annotated[
        str | None, typer.Option(help="The release to go back to; by default the one before the current.")
    ] = None,
) -> None:
    """Make an earlier release of a product the current one. It uploads and buys nothing."""
    from vitrine.publishing.publish_catalog import update_catalog
    from vitrine.publishing.releases import roll_back

    bucket = open_destination(to)
    try:
        current = roll_back(bucket, _slug(bucket, product), release)
    except NotFound as error:
        raise InputError(str(error)) from error
    update_catalog(bucket)
    word = "already" if current.unchanged else "now"
    Console(soft_wrap=True).print(
        f"{product}: release {current.id} is {word} current: {current.page_url}",
        markup=False,
        highlight=False,
    )


def withdraw(product: ProductArgument, to: To = "public") -> None:
    """Take a product off its destination. Its releases stay, and `rollback --release` brings one back."""
    from vitrine.publishing.publish_catalog import update_catalog
    from vitrine.publishing.releases import withdraw as remove

    bucket = open_destination(to)
    remove(bucket, _slug(bucket, product))
    update_catalog(bucket)
    Console(soft_wrap=True).print(f"{product} is withdrawn", markup=False, highlight=False)


def open_destination(to: str) -> Bucket:
    """Return the bucket behind `--to`. Raises `InputError` for a folder that is not there."""
    import asyncio

    from blocks.resolve import load_bucket
    from vitrine.storage.local import LocalBucket

    bucket = asyncio.run(load_bucket(to))
    if isinstance(bucket, LocalBucket) and not Path(bucket.root).is_dir():
        raise InputError(f"{bucket.root} is not a folder: name with --to where products are published")
    return bucket


def _slug(bucket: Bucket, product: str) -> str:
    """Return the slug of a product with a release in the bucket. Raises `InputError` for any other."""
    from vitrine.models import slug_of
    from vitrine.publishing.releases import list_releases

    for slug in (slug_of(product), product):
        if "/" not in slug and list_releases(bucket, slug):
            return slug
    raise InputError(f"no product {product!r} in {bucket.root}; `vitrine releases` lists them")
