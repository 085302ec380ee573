"""What only a folder has: files that people see, links, processes that die."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from vitrine.errors import ConfigError, PreconditionFailed, StorageError
from vitrine.storage.local import LocalBucket

TEXT = "text/plain; charset=utf-8"


def count_up(root: Path, times: int) -> None:
    """Add one to a number `times` times, by compare and swap."""
    bucket = LocalBucket(root)
    for _ in range(times):
        while True:
            etag = bucket.head("n.txt").etag
            number = int(bucket.get("n.txt"))
            try:
                bucket.put("n.txt", str(number + 1).encode(), media_type=TEXT, if_match=etag)
                break
            except PreconditionFailed:
                continue


def write_for_ever(root: Path) -> None:
    bucket, n = LocalBucket(root), 0
    while True:
        bucket.put("k.txt", bytes([n % 256]) * 3_000_000, media_type=TEXT)
        n += 1


def test_a_person_sees_the_keys_and_nothing_else(tmp_path: Path) -> None:
    bucket = LocalBucket(tmp_path / "public")
    bucket.put("a/b.txt", b"x", media_type=TEXT)
    bucket.put("c.txt", b"y", media_type=TEXT)
    seen = sorted(
        p.relative_to(bucket.folder).as_posix() for p in bucket.folder.rglob("[!.]*") if p.is_file()
    )
    assert [name for name in seen if not name.startswith(".vitrine/")] == ["a/b.txt", "c.txt"]
    assert sorted(path.name for path in bucket.folder.iterdir()) == [".vitrine", "a", "c.txt"]
    assert list((bucket.folder / ".vitrine" / "aside").iterdir()) == []


def test_nothing_is_made_before_something_is_put(tmp_path: Path) -> None:
    bucket = LocalBucket(tmp_path / "public")
    assert bucket.head("k.txt") is None
    assert list(bucket.list()) == []
    assert not bucket.folder.exists()


def test_published_files_are_readable_by_a_web_server(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        bucket = LocalBucket(tmp_path)
        bucket.put("k.txt", b"x", media_type=TEXT)
    finally:
        os.umask(before)
    assert bucket.path("k.txt").stat().st_mode & 0o777 == 0o644


def test_processes_that_compare_and_swap_lose_no_update(tmp_path: Path) -> None:
    LocalBucket(tmp_path).put("n.txt", b"0", media_type=TEXT)
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=count_up, args=(tmp_path, 25)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert LocalBucket(tmp_path).get("n.txt") == b"75"


def test_a_killed_writer_leaves_a_whole_object_and_no_lock(tmp_path: Path) -> None:
    bucket = LocalBucket(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    worker = spawn.Process(target=write_for_ever, args=(tmp_path,))
    worker.start()
    while bucket.head("k.txt") is None:
        time.sleep(0.01)
    time.sleep(0.1)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    data = bucket.get("k.txt")
    assert len(data) == 3_000_000
    assert len(set(data)) == 1
    bucket.put("k.txt", b"next", media_type=TEXT, if_match=bucket.head("k.txt").etag)
    assert bucket.get("k.txt") == b"next"


def test_a_file_that_a_person_edits_gets_another_etag(tmp_path: Path) -> None:
    bucket = LocalBucket(tmp_path)
    put = bucket.put("k.txt", b"one", media_type="text/markdown")
    bucket.path("k.txt").write_bytes(b"two")
    head = bucket.head("k.txt")
    assert head.etag != put.etag
    assert head.sha256 == "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
    with pytest.raises(PreconditionFailed):
        bucket.put("k.txt", b"three", media_type=TEXT, if_match=put.etag)


def test_a_file_that_a_person_adds_is_an_object(tmp_path: Path) -> None:
    (tmp_path / "chair.glb").write_bytes(b"glTF")
    (found,) = LocalBucket(tmp_path).list()
    assert (found.key, found.media_type, found.size_bytes) == ("chair.glb", "model/gltf-binary", 4)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "k.txt").write_bytes(b"secret")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "link").symlink_to(tmp_path / "secret")
    bucket = LocalBucket(tmp_path / "public")
    for act in (bucket.get, bucket.head, bucket.delete, bucket.url):
        with pytest.raises(StorageError, match="is outside"):
            act("link/k.txt")
    with pytest.raises(StorageError, match="is outside"):
        bucket.put("link/k.txt", b"x", media_type=TEXT)
    with pytest.raises(StorageError, match="is outside"):
        list(bucket.list("../secret/"))
    assert (tmp_path / "secret" / "k.txt").read_bytes() == b"secret"


def test_urls(tmp_path: Path) -> None:
    bucket = LocalBucket(tmp_path / "a b")
    assert bucket.url("c d.glb") == (tmp_path / "a b" / "c d.glb").as_uri()
    with pytest.raises(ConfigError, match="not served over http"):
        bucket.url("c.glb", expires_s=60)
    served = LocalBucket(tmp_path, public_url="https://shop.example/3d/")
    assert served.url("c d.glb", expires_s=60) == "https://shop.example/3d/c%20d.glb"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match="is a file"):
        LocalBucket(tmp_path / "file")


def test_a_key_below_an_object_is_refused_with_both_names(tmp_path: Path) -> None:
    bucket = LocalBucket(tmp_path)
    bucket.put("a", b"x", media_type=TEXT)
    with pytest.raises(StorageError, match=f"writing a/b in {tmp_path}"):
        bucket.put("a/b", b"x", media_type=TEXT)
    assert bucket.get("a") == b"x"


def test_a_missing_source_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        LocalBucket(tmp_path).put("k.txt", tmp_path / "none", media_type=TEXT)
    assert LocalBucket(tmp_path).head("k.txt") is None
