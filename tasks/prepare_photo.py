"""Prepare the photo that a model is bought for."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.errors import PhotoError, PhotoUnreachable
from vitrine.fetching.hidden import hide
from vitrine.models import Blob, PreparedPhoto, Product
from vitrine.photos.fetch import fetch_photo
from vitrine.photos.prepare_photo import prepare_photo as prepare
from vitrine.recipe import PhotoOptions

SOURCE_MEDIA_TYPE = "image/*"
"""Of photos as they were fetched. Earlier releases said `application/octet-stream`: what is stored under that
type was seen by one of them, see `vitrine/purchasing/earlier_photos.py`."""


@step(retries=3, retry_on=(PhotoUnreachable,))
async def prepare_photo(product: Product, options: PhotoOptions) -> PreparedPhoto:
    """Fetch the first photo, cut out its subject and check it. Raises `PhotoError` for an unusable photo."""
    source = hide(product.photos[0])
    data = await fetch_photo(source, options)
    original = work_store().put(data, SOURCE_MEDIA_TYPE)
    photo = await _prepared(original, source, options)
    if photo.errors:
        raise PhotoError("; ".join(f"{source}: {finding.message}" for finding in photo.errors))
    return photo


@cached
async def _prepared(original: Blob, source: str, options: PhotoOptions) -> PreparedPhoto:
    store = work_store()
    png, photo = await on_cpu(prepare, store.read(original), source, options)
    store.put(png, photo.blob.media_type)
    return photo
