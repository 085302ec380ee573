"""Equal contents are one blob, whoever puts them; what is read is what was put."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vitrine.errors import NotFound, StorageError
from vitrine.models import Blob
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore

GLB = "model/gltf-binary"


@pytest.fixture
def store(bucket: Bucket, tmp_path: Path) -> WorkStore:
    return WorkStore(bucket, tmp_path / "cache")


def test_bytes_and_files_come_back(store: WorkStore, tmp_path: Path) -> None:
    source = tmp_path / "model.glb"
    source.write_bytes(b"glTF" * 100)
    blob = store.put(source, GLB)
    assert blob == store.put(b"glTF" * 100, GLB)
    assert blob.size_bytes == 400
    assert store.has(blob)
    assert store.read(blob) == b"glTF" * 100
    assert store.path(blob).read_bytes() == b"glTF" * 100
    assert store.path(blob).suffix == ".glb"
    assert [info.key for info in store.bucket.list()] == [f"blobs/{blob.sha256}.glb"]


def test_many_at_once_store_it_once(store: WorkStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        blobs = list(pool.map(lambda _: store.put(b"same", GLB), range(16)))
    assert len(set(blobs)) == 1
    assert len(list(store.bucket.list())) == 1
    assert store.read(blobs[0]) == b"same"


def test_what_is_not_there_is_named(store: WorkStore) -> None:
    blob = Blob(sha256="0" * 64, size_bytes=1, media_type=GLB)
    assert not store.has(blob)
    for act in (store.read, store.path):
        with pytest.raises(NotFound, match="0000"):
            act(blob)


def test_damage_is_seen_and_putting_again_repairs_it(store: WorkStore) -> None:
    blob = store.put(b"glTF whole", GLB)
    store.bucket.put(f"blobs/{blob.name}", b"glTF", media_type=GLB)
    assert not store.has(blob)
    with pytest.raises(StorageError, match="damaged: 4 bytes"):
        store.read(blob)
    store.put(b"glTF whole", GLB)
    assert store.read(blob) == b"glTF whole"


def test_a_remote_blob_is_fetched_once_and_a_damaged_copy_again(new_s3, tmp_path: Path) -> None:
    store = WorkStore(new_s3(), tmp_path / "cache")
    blob = store.put(b"glTF whole", GLB)
    path = store.path(blob)
    store.bucket.delete(f"blobs/{blob.name}")
    assert store.read(blob) == b"glTF whole"
    path.write_bytes(b"glTF wrong")
    with pytest.raises(NotFound):
        store.read(blob)
    store.put(b"glTF whole", GLB)
    assert store.read(blob) == b"glTF whole"


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    with pytest.raises(StorageError, match=r"none\.glb: No such file"):
        store.put(tmp_path / "none.glb", GLB)
