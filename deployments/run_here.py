"""Convert a photo or quote a run on this machine, from Python: `vitrine.convert` and `vitrine.quote`."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tasks.code_version import step_versions
from vitrine.errors import PhotoError
from vitrine.fetching.hidden import hide
from vitrine.fetching.redact import redact
from vitrine.models import Dimensions, PreparedPhoto, Product
from vitrine.planning import find_unchanged
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.purchasing.quote import QuoteRow, prepare_photos, quote_account
from vitrine.recipe import Recipe
from vitrine.runs import Conversion
from vitrine.settings import Settings
from vitrine.storage.open import open_destination

KEYS = {"pixazo": "PIXAZO_API_KEY", "empiriolabs": "EMPIRIOLABS_API_KEY"}
"""The environment variable with the key of each hosted provider."""


def convert(
    photo: str | Path,
    to: str | Path = "public",
    *,
    provider: str = "sandbox",
    recipe: Recipe | None = None,
    product_id: str | None = None,
    title: str | None = None,
    dimensions: Dimensions | None = None,
    accept: bool = False,
) -> Conversion:
    """Buy a 3D model for a product photo, optimize it for the web, and publish it.

    The ledger and the work store are those of `VITRINE_HOME`: a second call buys nothing.

    Parameters
    ----------
    photo
        A path, an http(s) URL or an s3 URL.
    to
        A folder, or `s3://bucket/prefix`.
    provider
        `sandbox` (free previews on this machine), `pixazo` or `empiriolabs`, whose key is in the environment.
    recipe
        The options of every step; by default `Recipe()`.
    product_id, title
        By default from the name of the file.
    dimensions
        The true size of the product.
    accept
        Publish the product even if it differs from its photo, after somebody has looked at it.

    Returns
    -------
    What became of the product. A failure is a result, too: `status` is `failed`, and `error` says why.

    Raises
    ------
    InputError
        The photo, the provider or the destination cannot be used; nothing was bought.

    Examples
    --------
    >>> from vitrine import convert
    >>> convert("boots.jpg", "public").release.page_url
    'file:///shop/public/products/boots/index.html'
    """
    product = product_of(str(photo))
    fields = {"id": product_id, "title": title or product_id, "dimensions": dimensions}
    product = product.model_copy(update={name: value for name, value in fields.items() if value is not None})
    options, home = recipe or Recipe(), Settings.from_env().make_home()
    if not str(to).startswith("block:"):
        bucket = open_destination(str(to))
        if unchanged := find_unchanged(
            [product], options, provider, bucket, home=home, steps=step_versions()
        ):
            return unchanged[0]
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    from deployments.server import local_server
    from deployments.services import sandbox_for

    with sandbox_for(provider, home) as sandbox, local_server(home):
        sandbox.wait_until_ready()
        from flows.convert_product import convert_product
        from flows.outcome import run_flow

        work = run_flow(convert_product, product, options, provider, str(to), accept)
        conversion: Conversion = asyncio.run(work)
        return conversion


def quote(
    feed: str | Path, provider: str = "empiriolabs", *, recipe: Recipe | None = None
) -> tuple[QuoteRow, ...]:
    """Price the conversion of a feed, a folder of photos or one photo; what is bought already costs nothing.

    Parameters
    ----------
    feed
        A feed, a folder, or the path or URL of one photo. Lines and photos that are not usable do not count.
    provider
        The account that would be asked: `empiriolabs`, `pixazo` or `sandbox`. No key is needed.
    recipe
        Its generation options are priced; by default `Recipe()`.

    Returns
    -------
    A row for each resolution, with the number of models to buy and the price in US dollars.

    Raises
    ------
    InputError
        The feed or the provider cannot be used.

    Examples
    --------
    >>> from vitrine import quote
    >>> [(row.resolution, row.new, row.usd) for row in quote("products.csv")]
    [(512, 6, Decimal('0.150')), (1024, 6, Decimal('1.494')), (1536, 6, Decimal('2.994'))]
    """
    from vitrine.feeds import is_photo, read_feed

    settings = Settings.from_env()
    options = recipe or Recipe()
    products = [product_of(str(feed))] if is_photo(str(feed)) else read_feed(feed, options.feed).products
    earlier = EarlierPhotos(settings.open_ledger(), settings.open_work_store())

    async def price() -> list[QuoteRow]:
        checked = [photo async for photo in prepare_photos(products, options, earlier)]
        photos = [(row.product, row.photo) for row in checked if row.photo is not None]
        return await quote_accounts([provider], options, photos, earlier)

    return tuple(asyncio.run(price()))


async def quote_accounts(
    names: Sequence[str],
    recipe: Recipe,
    photos: Sequence[tuple[str, PreparedPhoto]],
    earlier: EarlierPhotos,
) -> list[QuoteRow]:
    """Price (product, prepared photo) at accounts by name; those without a key by their price list."""
    from blocks.resolve import load_account

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


def product_of(photo: str) -> Product:
    """Return the product of a photo, named after the file. Raises `PhotoError` if there is no such file."""
    if "://" in photo:
        try:
            stem = Path(urlsplit(photo).path).stem or "photo"
        except ValueError as error:
            raise PhotoError(f"{redact(photo)}: not a usable URL: {error}") from error
        photo = hide(photo)  # the product is a parameter of a flow run, which Prefect stores
    else:
        path = Path(photo)
        if path.is_dir():
            raise PhotoError(f"{photo} is a folder: convert the photos in it with `vitrine catalog {photo}`")
        if not path.is_file():
            raise PhotoError(f"{photo}: no such file")
        photo, stem = str(path.resolve()), path.stem
    return Product(id=stem, title=re.sub(r"[-_]+", " ", stem).strip().capitalize(), photos=(photo,))
