"""What garbage collection deletes from a work store, and what it never does."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vitrine.models import Blob
from vitrine.storage.collect_garbage import Garbage, collect_garbage
from vitrine.storage.keys import blob_key
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=40)
"""When everything that a test writes is older than 30 days."""


class Store(WorkStore):
    """A work store whose files are put with a word."""

    def file(self, word: str) -> Blob:
        return self.put(word.encode(), "model/gltf-binary")

    def record(self, key: str, *blobs: Blob) -> None:
        text = json.dumps([blob.model_dump() for blob in blobs])
        self.bucket.put(key, text.encode(), media_type="application/json")

    def clean(self, at: datetime, *needed: Blob, dry_run: bool = False, grace_h: float = 24) -> Garbage:
        return collect_garbage(
            self.bucket,
            {blob.sha256 for blob in needed},
            at,
            older_than=timedelta(days=30),
            grace=timedelta(hours=grace_h),
            dry_run=dry_run,
        )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(LocalBucket(tmp_path / "work"), tmp_path / "cache")


def test_old_results_go_at_once_and_their_files_a_day_later(store: Store) -> None:
    lod = store.file("lod")
    store.record("done/build_lods/a.json", lod)
    first = store.clean(LATER)
    assert (first.records, first.files, first.marked) == (1, 0, 1)
    assert store.has(lod)
    assert store.clean(LATER + timedelta(hours=23)).files == 0
    last = store.clean(LATER + timedelta(hours=24))
    assert (last.files, last.size_bytes, last.marked, last.kept_files) == (1, 3, 0, 0)
    assert not store.has(lod)


def test_what_the_ledger_names_stays(store: Store) -> None:
    raw, photo = store.file("raw"), store.file("photo")
    store.record("done/fetch_model/a.json", raw, photo)
    for hours in (0, 24, 48):
        store.clean(LATER + timedelta(hours=hours), raw, photo)
    assert store.has(raw)
    assert store.has(photo)


def test_what_is_young_stays_and_so_does_what_a_young_record_names(store: Store, tmp_path: Path) -> None:
    old, young = store.file("old, still named"), store.file("young")
    store.record("done/build_ar/a.json", old)
    assert store.clean(NOW + timedelta(days=29)).records == 0
    at = NOW + timedelta(days=29)
    _backdate(tmp_path / "work" / blob_key(old), days=60)
    for hours in (0, 30):
        store.clean(at + timedelta(hours=hours - 48))
    assert store.has(old)
    assert store.has(young)


def test_what_another_ledger_has_paid_for_stays(store: Store) -> None:
    raw = store.put_paid(b"raw", "model/gltf-binary")
    for hours in (0, 24):
        store.clean(LATER + timedelta(hours=hours))
    assert store.has(raw)


@pytest.mark.parametrize("key", ["shared/pixels.json", "done/_prepared/a.json"])
def test_evidence_of_purchases_stays_with_its_files(store: Store, key: str) -> None:
    leader = store.file("leader")
    store.record(key, leader)
    for hours in (0, 24):
        assert store.clean(LATER + timedelta(hours=hours)).records == 0
    assert store.has(leader)
    assert store.bucket.head(key)


def test_a_file_that_is_needed_again_meanwhile_stays(store: Store) -> None:
    lod = store.file("lod")
    store.record("done/build_lods/a.json", lod)
    store.clean(LATER)
    store.record("shared/a.json", lod)
    assert store.clean(LATER + timedelta(days=2)).files == 0
    assert store.has(lod)


def test_batches_of_runs_that_never_ended_go(store: Store) -> None:
    store.record("batches/run/a.json")
    assert store.clean(LATER).records == 1
    assert store.bucket.head("batches/run/a.json") is None


def test_a_dry_run_counts_and_changes_nothing(store: Store) -> None:
    lod = store.file("lod")
    store.record("done/build_lods/a.json", lod)
    before = [info.key for info in store.bucket.list()]
    assert store.clean(LATER, dry_run=True).records == 1
    assert [info.key for info in store.bucket.list()] == before


def test_without_a_grace_time_files_go_at_once(store: Store) -> None:
    store.record("done/build_lods/a.json", store.file("lod"))
    assert store.clean(LATER, grace_h=0).files == 1


def _backdate(path: Path, *, days: float) -> None:
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
