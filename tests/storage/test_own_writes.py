"""Servers that show a write some seconds late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from vitrine.errors import NotFound
from vitrine.models import Asset, AssetFile, Product
from vitrine.publishing.pointer import compare_and_swap, read_pointer
from vitrine.publishing.publish_catalog import list_products, publish_catalog
from vitrine.publishing.publish_release import publish_release
from vitrine.publishing.published import Target
from vitrine.publishing.releases import read_release
from vitrine.storage import LocalBucket, WorkStore
from vitrine.storage.own_writes import SHOWN_WITHIN_S, OwnWrites
from vitrine.storage.s3 import S3Bucket

TEXT = "text/plain; charset=utf-8"


class FakeClock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def now(self) -> float:
        return self.time_s

    def sleep(self, seconds: float) -> None:
        self.time_s += seconds


class LateClient:
    """boto3's client of a server whose GET and HEAD show a write `late_s` later, by the fake clock."""

    def __init__(self, client: Any, clock: FakeClock, late_s: float) -> None:
        self._client = client
        self._clock = clock
        self._late_s = late_s
        self._before: dict[str, tuple[float, dict[str, Any]]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_object(self, **request: Any) -> Any:
        at = {"Bucket": request["Bucket"], "Key": request["Key"]}
        old: dict[str, Any] = {}
        for name in ("head_object", "get_object"):
            try:
                old[name] = getattr(self._client, name)(**at)
                if "Body" in old[name]:
                    old[name]["data"] = old[name]["Body"].read()
            except ClientError as error:
                old[name] = error
        answer = self._client.put_object(**request)
        self._before[request["Key"]] = (self._clock.now(), old)
        return answer

    def head_object(self, **at: Any) -> Any:
        return self._read("head_object", at)

    def get_object(self, **at: Any) -> Any:
        return self._read("get_object", at)

    def _read(self, name: str, at: dict[str, Any]) -> Any:
        written, old = self._before.get(at["Key"], (-self._late_s, {}))
        if self._clock.now() - written >= self._late_s:
            return getattr(self._client, name)(**at)
        if isinstance(old[name], ClientError):
            raise old[name]
        return old[name] | {"Body": _Body(old[name].get("data", b""))}


class _Body:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data


def reopen(bucket: S3Bucket, writes: OwnWrites | None) -> S3Bucket:
    """Another bucket of the same place, as another process opens it."""
    keys = {"access_key": "key", "secret_key": "secret"}
    return S3Bucket(bucket.root, endpoint_url=bucket.endpoint, writes=writes, **keys)


@pytest.fixture
def late(new_s3):
    """Make a bucket on a server that shows writes late, and its clock."""

    def make(late_s: float = 3.0) -> tuple[S3Bucket, FakeClock]:
        clock = FakeClock()
        bucket = new_s3(writes=OwnWrites(clock))
        bucket._client = LateClient(bucket._client, clock, late_s)
        return bucket, clock

    return make


def test_a_write_is_read_once_the_server_shows_it(late) -> None:
    bucket, clock = late()
    assert bucket.head("k.txt") is None
    assert clock.now() == 0
    first = bucket.put("k.txt", b"one", media_type=TEXT)
    assert bucket.head("k.txt").etag == first.etag
    assert 3 <= clock.now() < 5
    bucket.put("k.txt", b"two", media_type=TEXT)  # without a condition
    assert bucket.get("k.txt") == b"two"
    bucket.put("k.txt", b"three", media_type=TEXT)
    bucket.put("k.txt", b"four", media_type=TEXT)
    assert bucket.get("k.txt") == b"four"


def test_the_server_is_believed_in_the_end(late) -> None:
    bucket, clock = late(1000.0)
    bucket.put("k.txt", b"one", media_type=TEXT)
    assert bucket.head("k.txt") is None
    assert SHOWN_WITHIN_S <= clock.now() < SHOWN_WITHIN_S + 2
    with pytest.raises(NotFound):
        bucket.get("k.txt")
    assert clock.now() < SHOWN_WITHIN_S + 2  # once is enough


def test_what_another_has_written_or_we_have_deleted_is_believed_at_once(new_s3) -> None:
    clock = FakeClock()
    bucket = new_s3(writes=OwnWrites(clock))
    bucket.put("k.txt", b"one", media_type=TEXT)
    other = reopen(bucket, OwnWrites(clock))
    other.put("k.txt", b"two", media_type=TEXT)
    assert bucket.get("k.txt") == b"two"
    bucket.delete("k.txt")
    assert bucket.head("k.txt") is None
    assert clock.now() == 0


def test_releases_in_quick_succession(late, tmp_path: Path) -> None:
    bucket, _ = late()
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    releases = []
    for word in (b"first", b"second", b"third"):
        files = (AssetFile(role="web-lod0", blob=store.put(b"glTF" + word, "model/gltf-binary")),)
        mug = Product(id="mug", photos=("m.jpg",))
        releases.append(publish_release(Asset(product=mug, files=files), store, bucket))
        assert read_release(bucket, "mug").id == releases[-1].id
        assert files[0].blob.sha256 in bucket.get("products/mug/index.html").decode()
        assert publish_catalog(bucket, releases[-1:]).products == 1
        assert list_products(bucket)[0].release == releases[-1].id
    assert read_pointer(bucket, "products/mug/current.json")[0].serial == 3


def test_a_pointer_that_another_has_moved_is_waited_for(late) -> None:
    bucket, clock = late()
    other = reopen(bucket, OwnWrites(clock))
    other._client = bucket._client
    key = "products/mug/current.json"
    compare_and_swap(other, key, lambda: Target(release="a", manifest="a.json"))
    pointer, _ = compare_and_swap(bucket, key, lambda: Target(release="b", manifest="b.json"))
    assert (pointer.serial, pointer.previous) == (2, "a")
    assert 3 <= clock.now() < 5


def test_buckets_of_one_place_share_what_they_have_written(new_s3) -> None:
    bucket = new_s3()
    assert reopen(bucket, None)._writes is bucket._writes
    assert new_s3()._writes is not bucket._writes


def test_the_catalogue_has_what_a_listing_lacks(late, tmp_path: Path) -> None:
    bucket, _ = late(0)
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    files = (AssetFile(role="web-lod0", blob=store.put(b"glTF", "model/gltf-binary")),)
    release = publish_release(Asset(product=Product(id="mug", photos=("m.jpg",)), files=files), store, bucket)
    bucket.list = lambda _prefix="": iter(())
    assert publish_catalog(bucket, [release]).products == 1


def test_few_keys_are_remembered(monkeypatch) -> None:
    monkeypatch.setattr("vitrine.storage.own_writes.KEYS", 3)
    clock = FakeClock()
    writes = OwnWrites(clock)
    for number in range(9):
        writes.written(str(number), "e")
    assert len(writes._replaced) == len(writes._seen) == 3
    assert writes.ask("0", lambda: (None, "forgotten")) == "forgotten"
    assert clock.now() == 0
