"""Batches of a catalogue run in the work store."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import ConfigError, StorageError
from vitrine.models import Product
from vitrine.planning.batches import Batch, BatchStore
from vitrine.runs import Conversion
from vitrine.storage.local import LocalBucket

BATCH = Batch(
    products=(Product(id="mug", photos=("mug.jpg",)), Product(id="jug", photos=("jug.jpg",))),
    accept=("mug",),
    attempts=(("jug", 2),),
)
RESULTS = (
    Conversion(product_id="mug", status="held", error="held for review"),
    Conversion(product_id="jug", status="failed", error="no photo"),
)


@pytest.fixture
def store(tmp_path: Path) -> BatchStore:
    return BatchStore(LocalBucket(tmp_path / "work"))


def test_a_batch_and_its_results_come_back_as_they_were_put(store: BatchStore) -> None:
    key = store.put("run-1", BATCH)
    assert store.get(key) == BATCH
    assert store.results(key) is None
    store.put_results(key, RESULTS)
    assert store.results(key) == RESULTS


def test_equal_batches_of_a_run_have_one_key_and_others_have_another(store: BatchStore) -> None:
    """A catalogue run that is started again finds the results of the batches that it cut before."""
    same = Batch.model_validate_json(BATCH.model_dump_json())
    other = BATCH.model_copy(update={"attempts": (("jug", 3),)})
    keys = [store.put("run-1", BATCH), store.put("run-1", same), store.put("run-1", other)]
    keys.append(store.put("run-2", BATCH))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_a_machine_with_another_work_store_is_told_what_to_set(store: BatchStore, tmp_path: Path) -> None:
    key = store.put("run-1", BATCH)
    with pytest.raises(ConfigError, match="needs the same VITRINE_WORK"):
        BatchStore(LocalBucket(tmp_path / "other")).get(key)


@pytest.mark.parametrize("key", ["ledger.sqlite3", "../batches/a.json", "batches/../secret.json"])
def test_only_batches_are_read(store: BatchStore, key: str) -> None:
    with pytest.raises((ConfigError, StorageError)):
        store.get(key)


def test_damaged_files_are_named(store: BatchStore) -> None:
    key = store.put("run-1", BATCH)
    store.put_results(key, RESULTS)
    for info in list(store.bucket.list("batches/")):
        store.bucket.put(info.key, b"{", media_type="application/json")
    with pytest.raises(StorageError, match="is damaged"):
        store.get(key)
    with pytest.raises(StorageError, match=r"results\.json .* is damaged"):
        store.results(key)


def test_a_run_that_is_done_leaves_nothing_and_the_others_stay(store: BatchStore) -> None:
    for run in ("run-1", "run-10"):
        store.put_results(store.put(run, BATCH), RESULTS)
    store.clear("run-1")
    assert {info.key.split("/")[1] for info in store.bucket.list("batches/")} == {"run-10"}
