"""Prepare the photo that a model is bought for."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import work_store
from tasks.result_cache import cached
from vitrine.errors import PhotoError, PhotoHeld, PhotoUnreachable
from vitrine.fetching.hidden import hide
from vitrine.isolation import run_isolated
from vitrine.models import Blob, PreparedPhoto, Product
from vitrine.photos.fetch import fetch_photo
from vitrine.photos.matting.model_file import find_model
from vitrine.photos.matting.salient_object import model_sha256
from vitrine.photos.prepare_photo import prepare_with_cut
from vitrine.recipe import PhotoOptions, ProcessLimits

SOURCE_MEDIA_TYPE = "image/*"
"""Of photos as they were fetched. Earlier releases said `application/octet-stream`: what is stored under that
type was seen by one of them, see `vitrine/purchasing/earlier_photos.py`."""

DEFAULT_LIMITS = ProcessLimits()


@step(retries=3, retry_on=(PhotoUnreachable,))
async def prepare_photo(
    product: Product,
    options: PhotoOptions,
    accepted: bool = False,
    limits: ProcessLimits = DEFAULT_LIMITS,
) -> PreparedPhoto:
    """Fetch the first photo, cut out its subject and check it.

    Raises `PhotoError` for an unusable photo, and `PhotoHeld` for one in which no single object stands out,
    unless a person has accepted it.
    """
    source = hide(product.photos[0])
    data = await fetch_photo(source, options)
    original = work_store().put(data, SOURCE_MEDIA_TYPE)
    model = find_model(options.matte_model)
    sha256 = None if model is None else model_sha256(model)
    photo = await _prepared(original, source, options, sha256, limits)
    if photo.refusals:
        raise PhotoError("; ".join(f"{source}: {finding.message}" for finding in photo.refusals))
    if photo.holds and not accepted:
        raise PhotoHeld(source, [finding.message for finding in photo.holds])
    return photo


@cached
async def _prepared(
    original: Blob,
    source: str,
    options: PhotoOptions,
    matte_model_sha256: str | None,  # noqa: ARG001  # only for the key: a new model prepares photos anew
    limits: ProcessLimits,
) -> PreparedPhoto:
    store = work_store()
    prepared = await on_cpu(run_isolated, limits, prepare_with_cut, store.read(original), source, options)
    store.put(prepared.png, prepared.photo.blob.media_type)
    if prepared.cut is not None:
        store.put(prepared.cut, "image/png")
    return prepared.photo
