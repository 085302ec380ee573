"""What holds for every bucket: a folder and S3 pass the same tests."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vitrine.errors import NotFound, PreconditionFailed, StorageError
from vitrine.storage.bucket import Bucket

TEXT = "text/plain; charset=utf-8"


def test_what_is_put_is_there_with_its_type_and_hash(bucket: Bucket) -> None:
    put = bucket.put("a/b/model.glb", b"glTF", media_type="model/gltf-binary")
    head = bucket.head("a/b/model.glb")
    assert head == put
    assert head.size_bytes == 4
    assert head.media_type == "model/gltf-binary"
    assert head.sha256 == hashlib.sha256(b"glTF").hexdigest()
    assert '"' not in head.etag
    assert bucket.get("a/b/model.glb") == b"glTF"


def test_a_media_type_that_the_suffix_does_not_say_is_kept(bucket: Bucket) -> None:
    bucket.put("odd.bin", b"x", media_type="image/webp")
    assert bucket.head("odd.bin").media_type == "image/webp"


def test_a_file_is_put_like_its_bytes(bucket: Bucket, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"0123456789" * 1000)
    put = bucket.put("copy.bin", source, media_type="application/octet-stream")
    assert put.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert bucket.get("copy.bin") == source.read_bytes()


def test_nothing_there(bucket: Bucket) -> None:
    assert bucket.head("nothing.txt") is None
    assert list(bucket.list()) == []
    bucket.delete("nothing.txt")
    with pytest.raises(NotFound, match=r"nothing\.txt"):
        bucket.get("nothing.txt")


def test_a_folder_of_keys_is_no_object(bucket: Bucket) -> None:
    bucket.put("folder/file.txt", b"x", media_type=TEXT)
    assert bucket.head("folder") is None
    with pytest.raises(NotFound):
        bucket.get("folder")


def test_put_replaces(bucket: Bucket) -> None:
    first = bucket.put("k.txt", b"one", media_type=TEXT)
    second = bucket.put("k.txt", b"three", media_type=TEXT)
    assert bucket.get("k.txt") == b"three"
    assert first.etag != second.etag
    assert bucket.head("k.txt").size_bytes == 5


def test_if_absent_lets_the_first_one_win(bucket: Bucket) -> None:
    bucket.put("k.txt", b"first", media_type=TEXT, if_absent=True)
    with pytest.raises(PreconditionFailed, match=r"k\.txt"):
        bucket.put("k.txt", b"second", media_type=TEXT, if_absent=True)
    assert bucket.get("k.txt") == b"first"


def test_if_match_holds_only_for_the_version_that_was_read(bucket: Bucket) -> None:
    first = bucket.put("k.txt", b"one", media_type=TEXT)
    second = bucket.put("k.txt", b"two", media_type=TEXT, if_match=first.etag)
    with pytest.raises(PreconditionFailed, match=r"k\.txt"):
        bucket.put("k.txt", b"three", media_type=TEXT, if_match=first.etag)
    assert bucket.get("k.txt") == b"two"
    assert bucket.head("k.txt").etag == second.etag


def test_if_match_of_what_is_not_there_fails(bucket: Bucket) -> None:
    with pytest.raises((PreconditionFailed, NotFound)):
        bucket.put("gone.txt", b"x", media_type=TEXT, if_match="0" * 32)
    assert bucket.head("gone.txt") is None


def test_of_many_first_writers_one_wins(bucket: Bucket) -> None:
    def claim(n: int) -> bool:
        try:
            bucket.put("claim.txt", str(n).encode(), media_type=TEXT, if_absent=True)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(24)))
    assert won.count(True) == 1
    assert bucket.get("claim.txt") == str(won.index(True)).encode()


def test_list_gives_the_keys_under_a_prefix_in_order(bucket: Bucket) -> None:
    for key in ("b/2.txt", "b/1.txt", "b1.txt", "a.txt", "b/c/3.txt"):
        bucket.put(key, key.encode(), media_type=TEXT)
    assert [info.key for info in bucket.list()] == ["a.txt", "b/1.txt", "b/2.txt", "b/c/3.txt", "b1.txt"]
    assert [info.key for info in bucket.list("b/")] == ["b/1.txt", "b/2.txt", "b/c/3.txt"]
    assert [info.key for info in bucket.list("b")] == ["b/1.txt", "b/2.txt", "b/c/3.txt", "b1.txt"]
    assert list(bucket.list("none/")) == []
    for info in bucket.list():
        assert info.etag == bucket.head(info.key).etag
        assert info.size_bytes == len(info.key)


def test_delete(bucket: Bucket) -> None:
    bucket.put("k.txt", b"x", media_type=TEXT)
    bucket.delete("k.txt")
    assert bucket.head("k.txt") is None
    bucket.put("k.txt", b"y", media_type=TEXT, if_absent=True)
    assert bucket.get("k.txt") == b"y"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../up",
        "a/../../up",
        "a//b",
        "a/./b",
        "a/",
        "c:\\x",
        "a\nb",
        ".vitrine/x",
        "k" * 1025,
    ],
)
def test_a_key_that_could_lead_elsewhere_is_refused(bucket: Bucket, key: str) -> None:
    with pytest.raises(StorageError, match="key"):
        bucket.put(key, b"x", media_type=TEXT)
    with pytest.raises(StorageError, match="key"):
        bucket.get(key)
    assert list(bucket.list()) == []


def test_keys_may_hold_any_letters(bucket: Bucket) -> None:
    key = "ünï côdé/100 % + & #?.txt"
    bucket.put(key, b"x", media_type=TEXT)
    assert bucket.get(key) == b"x"
    assert [info.key for info in bucket.list()] == [key]
