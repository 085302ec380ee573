"""A reader sees the old release or the new one, whole; whoever publishes, and whenever they die."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import pytest

from tests.fixtures.assets import SEEN, asset_of
from vitrine.errors import NotFound, StorageError
from vitrine.publishing.manifest import ReleaseManifest, manifest_of
from vitrine.publishing.publish_release import publish_release
from vitrine.publishing.releases import check_files, read_release
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore


class Dying(LocalBucket):
    """Power goes off at the write number `last`, once."""

    last = -1
    writes = 0

    def put(self, key, body, **options):
        with self.counting:
            self.writes += 1
            if self.writes == self.last:
                raise KeyboardInterrupt
        return super().put(key, body, **options)

    counting = Lock()


def test_a_release_is_whole(store: WorkStore, bucket: Bucket) -> None:
    asset = asset_of(store, b"1")
    release = publish_release(asset, store, bucket)
    assert not release.unchanged
    assert release.uploaded_bytes == sum(file.blob.size_bytes for file in asset.files)
    pointer = json.loads(bucket.get("products/chair/current.json"))
    assert pointer == {
        "schema": "vitrine.pointer/1",
        "release": release.id,
        "manifest": f"products/chair/releases/{release.id}.json",
        "serial": 1,
        "previous": None,
    }
    manifest = json.loads(bucket.get(pointer["manifest"]))
    assert manifest["schema"] == "vitrine.release/1"
    assert manifest["product"]["dimensions"] == {"length": None, "width": None, "height": 80.0, "unit": "cm"}
    assert manifest["provenance"]["cost_usd"] == "0.25"
    assert manifest["provenance"]["photo_sha256"] == asset.file("photo").blob.sha256
    assert [f["role"] for f in manifest["files"]] == ["web-lod0", "web-lod1", "ar", "poster", "photo"]
    for file, said in zip(asset.files, manifest["files"], strict=True):
        assert said["key"] == f"blobs/{file.blob.name}"
        assert bucket.get(said["key"]) == store.read(file.blob)
        assert bucket.head(said["key"]).media_type == file.blob.media_type
        assert (said["triangles"], said["error_m"]) == (file.triangles, file.error_m)
    assert read_release(bucket, "chair").id == release.id
    page = bucket.get(release.page_key).decode()
    assert bucket.head(release.page_key).media_type == "text/html; charset=utf-8"
    for key in re.findall(r'"(?:\.\./){2}(blobs/[^"]+)"', page):
        assert bucket.head(key) is not None
    assert "/home/me" not in page + json.dumps(manifest)


def test_the_same_content_again_changes_nothing(store: WorkStore, bucket: Bucket) -> None:
    first = publish_release(asset_of(store, b"1"), store, bucket)
    before = {info.key: info.etag for info in bucket.list()}
    again = publish_release(asset_of(store, b"1", cost_usd="0"), store, bucket)
    assert again == first.model_copy(update={"unchanged": True, "uploaded_bytes": 0})
    assert {info.key: info.etag for info in bucket.list()} == before


def test_a_newer_manifest_may_say_more_of_a_file(store: WorkStore) -> None:
    manifest = manifest_of(asset_of(store, b"1", fidelity=SEEN))
    said = json.loads(manifest.to_json())
    assert said["fidelity"] == SEEN.model_dump()
    said["files"][0]["shader"] = "toon"
    read = ReleaseManifest.from_json(json.dumps(said).encode(), "somewhere")
    assert read == manifest
    assert (read.files[0].triangles, read.files[0].vertices) == (100, 60)


def test_new_content_moves_the_pointer_and_uploads_only_what_is_new(store: WorkStore, bucket: Bucket) -> None:
    first = publish_release(asset_of(store, b"1"), store, bucket)
    second = publish_release(asset_of(store, b"22"), store, bucket)
    assert second.id != first.id
    assert second.uploaded_bytes == len("lod022lod122ar22")
    assert bucket.head(first.manifest_key) is not None
    assert read_release(bucket, "chair").id == second.id


def test_a_blob_that_the_work_store_lost_leaves_the_old_release(store: WorkStore, bucket: Bucket) -> None:
    first = publish_release(asset_of(store, b"1"), store, bucket)
    asset = asset_of(store, b"2")
    store.bucket.delete(f"blobs/{asset.file('ar').blob.name}")
    with pytest.raises(NotFound):
        publish_release(asset, store, bucket)
    assert read_release(bucket, "chair").id == first.id


def test_a_blob_cut_short_in_the_bucket_is_replaced(store: WorkStore, bucket: Bucket) -> None:
    asset = asset_of(store, b"1")
    key = f"blobs/{asset.file('ar').blob.name}"
    bucket.put(key, b"a", media_type="model/gltf-binary")
    publish_release(asset, store, bucket)
    assert bucket.get(key) == b"ar1"


def test_many_publishers_at_once_all_get_through(store: WorkStore, bucket: Bucket) -> None:
    assets = [asset_of(store, str(n).encode()) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        releases = list(pool.map(lambda asset: publish_release(asset, store, bucket), assets))
    pointer = json.loads(bucket.get("products/chair/current.json"))
    assert pointer["serial"] == len({release.id for release in releases}) == 8
    shown = read_release(bucket, "chair")
    assert f"../../{shown.file('ar').key}" in bucket.get("products/chair/index.html").decode()


def test_a_manifest_of_another_schema_is_named() -> None:
    with pytest.raises(StorageError, match="here is not readable: schema"):
        ReleaseManifest.from_json(b'{"schema": "vitrine.release/9", "product": {}, "files": []}', "here")


def test_whenever_it_dies_readers_see_a_whole_release_and_the_next_run_finishes(
    store: WorkStore, tmp_path: Path
) -> None:
    bucket = Dying(tmp_path / "count")
    publish_release(asset_of(store, b"1"), store, bucket)
    first_run = bucket.writes
    publish_release(asset_of(store, b"2"), store, bucket)
    writes = bucket.writes - first_run
    assert writes == 7, "three contents, manifest, pointer, embed, page"
    for died_at in range(1, writes + 1):
        bucket = Dying(tmp_path / str(died_at))
        old = publish_release(asset_of(store, b"1"), store, bucket)
        bucket.last = bucket.writes + died_at
        with pytest.raises(KeyboardInterrupt):
            publish_release(asset_of(store, b"2"), store, bucket)
        seen = read_release(bucket, "chair")
        check_files(seen, bucket)
        assert (seen.id == old.id) == (died_at <= 5), "the pointer is the fifth"
        new = publish_release(asset_of(store, b"2"), store, bucket)
        assert new.unchanged == (died_at >= 6)
        assert read_release(bucket, "chair").id == new.id
        assert f"../../{seen.file('photo').key}" in bucket.get(new.page_key).decode()
        assert f"../../{read_release(bucket, 'chair').file('ar').key}" in bucket.get(new.page_key).decode()
