"""A photo file is read once, until it is written again."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from vitrine.planning.photo_hashes import PhotoHashes


def write(path: Path, data: bytes, age_s: float = 100.0) -> Path:
    path.write_bytes(data)
    changed = path.stat().st_mtime - age_s
    os.utime(path, (changed, changed))
    return path


def test_the_hash_is_of_the_bytes(tmp_path: Path) -> None:
    photo = write(tmp_path / "mug.jpg", b"mug")
    assert PhotoHashes.open(tmp_path).sha256(str(photo)) == hashlib.sha256(b"mug").hexdigest()


def test_a_file_that_has_not_changed_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = write(tmp_path / "mug.jpg", b"mug")
    first = PhotoHashes.open(tmp_path).sha256(str(photo))

    def refuse(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(hashlib, "file_digest", refuse)
    monkeypatch.chdir(tmp_path)
    assert PhotoHashes.open(tmp_path).sha256("mug.jpg") == first


@pytest.mark.parametrize("age_s", [99.0, 0.0])
def test_a_file_that_was_written_again_is_read_again(tmp_path: Path, age_s: float) -> None:
    """Also one of the same size, and one that was written within the resolution of its time."""
    photo = write(tmp_path / "mug.jpg", b"mug", age_s=age_s)
    hashes = PhotoHashes.open(tmp_path)
    before, stat = hashes.sha256(str(photo)), photo.stat()
    photo.write_bytes(b"jug")
    if age_s == 0:
        os.utime(photo, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert hashes.sha256(str(photo)) != before


def test_urls_and_missing_files_have_no_hash(tmp_path: Path) -> None:
    hashes = PhotoHashes.open(tmp_path)
    assert hashes.sha256("https://shop.example/mug.jpg") is None
    assert hashes.sha256(str(tmp_path / "gone.jpg")) is None


def test_a_damaged_file_of_hashes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "photos.sqlite3").write_bytes(b"not a database" * 100)
    photo = write(tmp_path / "mug.jpg", b"mug")
    assert PhotoHashes.open(tmp_path).sha256(str(photo)) == hashlib.sha256(b"mug").hexdigest()
