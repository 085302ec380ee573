"""What waits for a person, and what becomes of a decision."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.fixtures.assets import CHAIR, asset_of
from vitrine.errors import InputError, NotFound, StorageError
from vitrine.models import Asset, Inputs
from vitrine.publishing.publish_catalog import publish_catalog
from vitrine.publishing.read_catalog import read_catalog
from vitrine.publishing.releases import is_current, read_release
from vitrine.reviews.desk import ReviewDesk
from vitrine.reviews.instructions import Instructions, instructions
from vitrine.reviews.queue import Action, ReviewItem, ReviewQueue, decide_now
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore

INPUTS = Inputs(photo="a", source="b", product="c", account="d", recipe="e", code="f")


@pytest.fixture
def desk(store: WorkStore, bucket: LocalBucket) -> ReviewDesk:
    return ReviewDesk(store, bucket, "Ada")


def item_of(asset: Asset | None, inputs: Inputs = INPUTS) -> ReviewItem:
    return ReviewItem(
        product=CHAIR,
        reasons=("another shape",),
        asset=asset,
        inputs=inputs,
        to="public",
        held_at=datetime.now(UTC),
    )


def told(desk: ReviewDesk, inputs: Inputs) -> Instructions:
    return instructions(desk.queue.get(CHAIR), inputs)


def test_an_approved_product_is_published_with_who_approved_it(
    desk: ReviewDesk, store: WorkStore, bucket: LocalBucket
) -> None:
    asset = asset_of(store, b"m")
    publish_catalog(bucket, held=[CHAIR.id, "other"], held_inputs={CHAIR.id: INPUTS, "other": INPUTS})
    desk.queue.hold(item_of(asset))
    assert [item.product.id for item in desk.waiting()] == [CHAIR.id]

    said = desk.decide(desk.find(CHAIR.id), "approved")
    assert said.startswith(f"{CHAIR.id}: approved by Ada, published: file://")
    manifest = read_release(bucket, CHAIR.slug)
    assert manifest.review is not None
    assert manifest.review.by == "Ada"
    assert is_current(asset, bucket), "the review is no part of the release's id"
    catalogue = read_catalog(bucket)
    assert catalogue is not None
    assert [entry.id for entry in catalogue.products] == [CHAIR.id]
    assert (catalogue.held, set(catalogue.held_inputs)) == (("other",), {"other"})
    assert desk.waiting() == []


def test_a_rejected_product_stays_unpublished_and_is_not_asked_about_again(
    desk: ReviewDesk, store: WorkStore, bucket: LocalBucket
) -> None:
    item = item_of(asset_of(store, b"m"))
    desk.queue.hold(item)
    assert "rejected by Ada" in desk.decide(item, "rejected")
    with pytest.raises(NotFound):
        read_release(bucket, CHAIR.slug)
    desk.queue.hold(item_of(asset_of(store, b"m")))
    assert desk.waiting() == []


def test_another_model_is_another_question(desk: ReviewDesk, store: WorkStore) -> None:
    desk.queue.hold(item_of(asset_of(store, b"m")))
    desk.decide(desk.find(CHAIR.id), "rejected")
    desk.queue.hold(item_of(asset_of(store, b"m").model_copy(update={"order_key": "f" * 64})))
    assert len(desk.waiting()) == 1


def test_the_first_of_two_people_decides(desk: ReviewDesk, store: WorkStore, bucket: LocalBucket) -> None:
    desk.queue.hold(item_of(asset_of(store, b"m")))
    item = desk.find(CHAIR.id)
    desk.decide(item, "rejected")
    with pytest.raises(InputError, match=f"{CHAIR.id} was rejected by Ada on "):
        ReviewDesk(store, bucket, "Bea").decide(item, "approved")


def test_a_product_that_cannot_be_published_still_waits(
    desk: ReviewDesk, store: WorkStore, bucket: LocalBucket
) -> None:
    asset = asset_of(store, b"m")
    desk.queue.hold(item_of(asset))
    for file in asset.files:
        store.path(file.blob).unlink()
    with pytest.raises((NotFound, StorageError)):
        desk.decide(desk.find(CHAIR.id), "approved")
    assert len(desk.waiting()) == 1
    with pytest.raises(NotFound):
        read_release(bucket, CHAIR.slug)


def test_an_approved_photo_counts_until_the_product_changes(desk: ReviewDesk) -> None:
    desk.queue.hold(item_of(None))
    assert not told(desk, INPUTS).accepted
    assert "the next run buys its model" in desk.decide(desk.find(CHAIR.id), "approved")
    assert desk.queue.for_next_run() == {CHAIR.id: "approved"}
    assert told(desk, INPUTS).accepted
    changed = INPUTS.model_copy(update={"photo": "z"})
    assert told(desk, changed) == Instructions()
    desk.queue.hold(item_of(None, changed))
    assert desk.queue.for_next_run() == {}


def test_buying_again_is_a_later_attempt_and_counts_until_it_is_held_anew(
    desk: ReviewDesk, store: WorkStore
) -> None:
    desk.queue.hold(item_of(asset_of(store, b"m")).model_copy(update={"attempt": 2}))
    said = desk.decide(desk.find(CHAIR.id), "again")
    assert said == f"{CHAIR.id}: the next run buys its model anew, as attempt 3, for about $0.25"
    assert desk.waiting() == []
    assert desk.queue.for_next_run() == {CHAIR.id: "again"}
    assert told(desk, INPUTS).attempt == 3
    desk.queue.hold(item_of(asset_of(store, b"m")).model_copy(update={"attempt": 3}))  # the same again
    assert [item.attempt for item in desk.waiting()] == [3]
    assert desk.queue.for_next_run() == {}


def test_turns_add_up_and_count_for_the_model_that_was_turned(desk: ReviewDesk, store: WorkStore) -> None:
    desk.queue.hold(item_of(asset_of(store, b"m")))
    assert "turns it by 90°" in desk.decide(desk.find(CHAIR.id), "turned", 1)
    assert told(desk, INPUTS).quarters_of(1) == 1
    assert told(desk, INPUTS).quarters_of(2) == 0
    desk.queue.hold(item_of(asset_of(store, b"n")).model_copy(update={"quarters": 1}))
    desk.decide(desk.find(CHAIR.id), "turned", 2)
    assert told(desk, INPUTS).quarters_of(1) == 3
    desk.queue.hold(item_of(asset_of(store, b"o")).model_copy(update={"quarters": 3}))
    desk.decide(desk.find(CHAIR.id), "approved")
    assert told(desk, INPUTS.model_copy(update={"recipe": "z"})).quarters_of(1) == 3
    assert told(desk, INPUTS.model_copy(update={"photo": "z"})).quarters_of(1) == 0


@pytest.mark.parametrize(("action", "quarters"), [("again", 0), ("turned", 1)])
def test_what_has_no_model_is_approved_or_rejected(desk: ReviewDesk, action: Action, quarters: int) -> None:
    desk.queue.hold(item_of(None))
    with pytest.raises(InputError, match="no model yet"):
        desk.decide(desk.find(CHAIR.id), action, quarters)
    assert len(desk.waiting()) == 1


def test_a_turn_is_by_quarters(desk: ReviewDesk, store: WorkStore) -> None:
    desk.queue.hold(item_of(asset_of(store, b"m")))
    with pytest.raises(InputError, match="90, 180 or 270"):
        desk.decide(desk.find(CHAIR.id), "turned", 4)


def test_destinations_have_queues_of_their_own(store: WorkStore) -> None:
    ReviewQueue(store.bucket, "s3://a").hold(item_of(None))
    assert ReviewQueue(store.bucket, "s3://b").waiting() == []


def test_an_item_that_cannot_be_read_is_left_out(desk: ReviewDesk) -> None:
    desk.queue.hold(item_of(None))
    (info,) = desk.store.bucket.list("reviews/")
    desk.store.bucket.put(info.key, b"{", media_type="application/json")
    assert desk.waiting() == []


def test_a_nameless_person_decides_nothing() -> None:
    with pytest.raises(InputError, match="--by NAME"):
        decide_now(item_of(None), "approved", " ", datetime.now(UTC))
