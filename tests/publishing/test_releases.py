"""Releases that are there: which is current, back to an earlier one, and withdrawn."""

from __future__ import annotations

import pytest

from tests.fixtures.assets import asset_of
from vitrine.errors import NotFound
from vitrine.publishing.publish_release import publish_release
from vitrine.publishing.releases import is_current, read_release, roll_back, withdraw
from vitrine.storage.bucket import Bucket
from vitrine.storage.work_store import WorkStore


def test_an_asset_is_current_while_the_pointer_names_it(store: WorkStore, bucket: Bucket) -> None:
    asset = asset_of(store, b"1")
    assert not is_current(asset, bucket)
    publish_release(asset, store, bucket)
    assert is_current(asset.model_copy(update={"cost_usd": None}), bucket)
    assert not is_current(asset_of(store, b"1", findings=()), bucket)
    publish_release(asset_of(store, b"2"), store, bucket)
    assert not is_current(asset, bucket)


def test_roll_back_leads_to_the_one_before_and_forward_again(store: WorkStore, bucket: Bucket) -> None:
    first = publish_release(asset_of(store, b"1"), store, bucket)
    second = publish_release(asset_of(store, b"2"), store, bucket)
    page = bucket.get(second.page_key)
    assert roll_back(bucket, "chair").id == first.id
    assert bucket.get(second.page_key) != page
    assert roll_back(bucket, "chair", second.id).id == second.id
    assert bucket.get(second.page_key) == page
    with pytest.raises(NotFound, match="0000"):
        roll_back(bucket, "chair", "0" * 16)


def test_roll_back_of_the_only_release_is_refused(store: WorkStore, bucket: Bucket) -> None:
    with pytest.raises(NotFound, match="no product chair"):
        roll_back(bucket, "chair")
    publish_release(asset_of(store, b"1"), store, bucket)
    with pytest.raises(NotFound, match="only one release"):
        roll_back(bucket, "chair")


def test_roll_back_to_a_release_with_a_missing_file_is_refused(store: WorkStore, bucket: Bucket) -> None:
    first = asset_of(store, b"1")
    publish_release(first, store, bucket)
    second = publish_release(asset_of(store, b"2"), store, bucket)
    bucket.delete(f"blobs/{first.file('ar').blob.name}")
    with pytest.raises(NotFound, match="ar of chair is missing"):
        roll_back(bucket, "chair")
    assert read_release(bucket, "chair").id == second.id


def test_withdrawn_is_gone_until_published_again(store: WorkStore, bucket: Bucket) -> None:
    release = publish_release(asset_of(store, b"1"), store, bucket)
    withdraw(bucket, "chair")
    assert bucket.head(release.page_key) is None
    with pytest.raises(NotFound):
        read_release(bucket, "chair")
    assert publish_release(asset_of(store, b"1"), store, bucket).id == release.id
    assert read_release(bucket, "chair").id == release.id
