"""Carry out what a person has decided about a held product."""

from __future__ import annotations

from vitrine.errors import VitrineError
from vitrine.models import Release
from vitrine.publishing.publish_catalog import update_catalog
from vitrine.publishing.publish_release import publish_release
from vitrine.reviews.queue import Decision, ReviewItem, ReviewQueue
from vitrine.storage.bucket import Bucket
from vitrine.storage.work_store import WorkStore


def carry_out(
    item: ReviewItem, decision: Decision, queue: ReviewQueue, store: WorkStore, bucket: Bucket
) -> Release | None:
    """Record a decision, and publish an approved product; return its release.

    A product whose photo or draft was approved has none: the next run buys and converts it; and so has one
    that the next run builds anew. A rejected one stays unpublished until its photo, data or recipe changes,
    or its model is bought anew. Raises
    `InputError` if somebody else has decided, `StorageError` if it cannot be published: then it still waits.
    """
    queue.decide(item.product, decision)
    if decision.action != "approved" or item.asset is None:
        return None
    try:
        release = publish_release(item.asset, store, bucket, review=decision.review)
    except VitrineError:
        queue.reopen(item.product)
        raise
    update_catalog(bucket, reviewed=item.product.id)
    return release
