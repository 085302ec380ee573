"""Prepare the photo that a model is bought for."""

from __future__ import annotations

from tasks.policy import on_cpu, step
from tasks.resources import ledger, shared_photos, work_store
from tasks.result_cache import cached
from vitrine.errors import PhotoUnreachable
from vitrine.fetching.hidden import hide
from vitrine.isolation import run_isolated
from vitrine.ledger.identity.photos import is_photo_bought
from vitrine.models import Blob, PreparedPhoto, Product
from vitrine.photos.choose_photo import choose_photo
from vitrine.photos.fetch import fetch_photo
from vitrine.photos.matting.model_file import find_model
from vitrine.photos.matting.salient_object import model_sha256
from vitrine.photos.prepare_photo import prepare_photo as prepare
from vitrine.purchasing.shared_photos import Turn
from vitrine.recipe import DEFAULT_FEED, FeedOptions, PhotoOptions, ProcessLimits

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
    feed: FeedOptions = DEFAULT_FEED,
    turn: Turn | None = None,
) -> PreparedPhoto:
    """Fetch the photos of a product, cut out the subject of the best and check it.

    Returns the photo that a model is bought for: that of another product, if they look alike. Raises
    `PhotoError` where no photo can be used, and `PhotoHeld` for one in which no single object stands out,
    unless a person has accepted it.
    """
    model = find_model(options.matte_model)
    sha256 = None if model is None else model_sha256(model)

    async def check(address: str) -> PreparedPhoto:
        source = hide(address)
        original = work_store().put(await fetch_photo(source, options), SOURCE_MEDIA_TYPE)
        return await _prepared(original, source, options, sha256, limits)

    photo = await choose_photo(
        product.photos,
        check,
        tried=feed.photos_tried,
        is_bought=lambda one: is_photo_bought(ledger(), one.identity),
        accepted=accepted,
    )
    shared = turn.shared if turn else shared_photos(options, feed)
    return await shared.resolve(photo, product.id, turn)


@cached
async def _prepared(
    original: Blob,
    source: str,
    options: PhotoOptions,
    matte_model_sha256: str | None,  # noqa: ARG001  # only for the key: a new model prepares photos anew
    limits: ProcessLimits,
) -> PreparedPhoto:
    store = work_store()

    def cut_out() -> PreparedPhoto:
        prepared = run_isolated(limits, prepare, store.read(original), source, options)
        store.put(prepared.png, prepared.photo.blob.media_type)
        if prepared.cut is not None:
            store.put(prepared.cut, "image/png")
        return prepared.photo

    return await on_cpu(cut_out)
