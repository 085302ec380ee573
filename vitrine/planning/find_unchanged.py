"""The result of a product that has not changed since its release, without a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vitrine.models import Product, Release
from vitrine.planning.compare import compare
from vitrine.planning.photo_hashes import PhotoHashes
from vitrine.planning.run_hashes import RunHashes
from vitrine.publishing.pointer import read_pointer
from vitrine.publishing.published import Target
from vitrine.publishing.shop_record import is_listed
from vitrine.recipe import Recipe
from vitrine.runs import Conversion
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import page_key, pointer_key


def find_unchanged(
    products: Sequence[Product],
    recipe: Recipe,
    account: str,
    bucket: Bucket,
    *,
    home: Path,
    steps: Mapping[str, str],
) -> list[Conversion] | None:
    """Return a result for each product if none has changed since its current release, else `None`.

    One pointer a product is read. Raises `StorageError`.
    """
    run, photos = RunHashes.of(recipe, account, steps), PhotoHashes.open(home)
    found = []
    for product in products:
        read = read_pointer(bucket, pointer_key(product.slug))
        now = run.inputs(product, photos.of(product.photos))
        if read is None or compare(now, read[0].inputs, {}, {}):
            return None
        if recipe.shop and not is_listed(bucket, product.slug, recipe.shop, read[0].release):
            return None
        found.append(unchanged(product, read[0], bucket))
    return found


def unchanged(product: Product, current: Target, bucket: Bucket) -> Conversion:
    """Return the result of a product whose current release stays."""
    release = Release(
        id=current.release,
        product_id=product.id,
        manifest_key=current.manifest,
        pointer_key=pointer_key(product.slug),
        page_key=page_key(product.slug),
        page_url=bucket.url(page_key(product.slug)),
        unchanged=True,
    )
    return Conversion(
        product_id=product.id, title=product.title, status="unchanged", release=release, reused=True
    )
