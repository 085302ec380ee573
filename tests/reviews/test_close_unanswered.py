"""What nobody has decided about in time is decided as the recipe says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.assets import CHAIR, asset_of
from vitrine.errors import NotFound
from vitrine.publishing.releases import read_release
from vitrine.recipe import Recipe
from vitrine.reviews.close_unanswered import close_unanswered, unanswered
from vitrine.reviews.queue import ReviewItem, ReviewQueue
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore

HELD_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
FORTNIGHT = HELD_AT + timedelta(days=14)
APPROVE = Recipe(review_days=14, review_default="approved")


@pytest.fixture
def queue(store: WorkStore, bucket: LocalBucket) -> ReviewQueue:
    """A queue in which a whole product waits."""
    queue = ReviewQueue(store.bucket, bucket.root)
    item = ReviewItem(product=CHAIR, reasons=("another shape",), asset=asset_of(store, b"m"), held_at=HELD_AT)
    queue.hold(item)
    return queue


def test_it_is_published_and_the_manifest_says_why(
    queue: ReviewQueue, store: WorkStore, bucket: LocalBucket
) -> None:
    too_early = FORTNIGHT - timedelta(seconds=1)
    assert close_unanswered(queue, APPROVE, store, bucket, too_early) == []
    assert len(queue.waiting()) == 1
    assert close_unanswered(queue, APPROVE, store, bucket, FORTNIGHT) == [CHAIR.id]
    manifest = read_release(bucket, CHAIR.slug)
    assert manifest.review is not None
    assert (manifest.review.by, manifest.review.at) == ("time-out after 14 days", FORTNIGHT)
    assert queue.waiting() == []


def test_it_stays_unpublished_by_default(queue: ReviewQueue, store: WorkStore, bucket: LocalBucket) -> None:
    assert close_unanswered(queue, Recipe(review_days=14), store, bucket, FORTNIGHT) == [CHAIR.id]
    with pytest.raises(NotFound):
        read_release(bucket, CHAIR.slug)
    assert queue.waiting() == []


def test_without_a_time_out_it_waits_for_ever(queue: ReviewQueue) -> None:
    assert unanswered(queue, Recipe(), HELD_AT + timedelta(days=3650)) == []


def test_what_a_person_decides_meanwhile_stands(
    queue: ReviewQueue, store: WorkStore, bucket: LocalBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = queue.waiting()
    close_unanswered(queue, Recipe(review_days=14), store, bucket, FORTNIGHT)
    monkeypatch.setattr(ReviewQueue, "waiting", lambda _: waiting)  # as it was listed before
    assert close_unanswered(queue, APPROVE, store, bucket, FORTNIGHT) == []
    with pytest.raises(NotFound):
        read_release(bucket, CHAIR.slug)
