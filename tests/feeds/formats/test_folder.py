"""Folders of photos as feeds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vitrine.errors import FeedError
from vitrine.feeds import read_feed
from vitrine.plain_text import count_of


def test_each_photo_is_a_product(tmp_path: Path) -> None:
    for name in ("oak_chair.jpg", "Mug.PNG", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "more.jpg").mkdir()
    feed = read_feed(tmp_path)
    assert [(p.id, p.title, p.photos) for p in feed.products] == [
        ("Mug", "Mug", (str(tmp_path / "Mug.PNG"),)),
        ("oak_chair", "Oak chair", (str(tmp_path / "oak_chair.jpg"),)),
    ]
    assert [(f.code, f.severity, f.pointer) for f in feed.findings] == [
        ("FILE_LEFT_OUT", "info", ".hidden.jpg"),
        ("FILE_LEFT_OUT", "info", "more.jpg"),
        ("FILE_LEFT_OUT", "info", "notes.txt"),
    ]


def test_two_photos_of_one_name_are_one_product(tmp_path: Path) -> None:
    for name in ("mug.jpg", "mug.png"):
        (tmp_path / name).write_bytes(b"x")
    feed = read_feed(tmp_path)
    assert [p.photos for p in feed.products] == [(str(tmp_path / "mug.jpg"),)]
    assert [(f.code, f.pointer) for f in feed.findings] == [("ID_REPEATED", "mug.png")]
    assert "mug.jpg" in feed.findings[0].message


def test_each_file_that_is_left_out_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "mug.jpg").write_bytes(b"x")
    (tmp_path / "._mug.jpg").write_bytes(b"x")
    (tmp_path / "clip.mov").write_bytes(b"\0\0\0\x14ftypqt  ")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    feed = read_feed(tmp_path)
    assert [p.id for p in feed.products] == ["mug"]
    assert {f.pointer: f.message.partition("not read: ")[2] for f in feed.findings} == {
        "._mug.jpg": "macOS's notes about another file",
        "clip.mov": "a video, not an image",
        "gone.jpg": "a link to a file that does not exist",
        "pipe.jpg": "not a file",
    }
    assert len(feed.findings) == 4


def test_iphone_photos_and_photos_without_suffix_are_products(tmp_path: Path) -> None:
    for name in ("IMG_0001.HEIC", "IMG_0003.jfif"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "chair").write_bytes(b"\xff\xd8\xff\xe0")
    feed = read_feed(tmp_path)
    assert [p.id for p in feed.products] == ["IMG_0001", "IMG_0003", "chair"]
    assert feed.findings == ()


def test_a_number_after_the_name_of_a_photo_is_another_photo_of_it(tmp_path: Path) -> None:
    for name in (
        "mug.jpg",
        "mug_2.jpg",
        "mug_3.png",
        "MUG-2.jpg",
        "cup_2.jpg",
        "IMG_0001.jpg",
        "IMG_0002.jpg",
    ):
        (tmp_path / name).write_bytes(b"x")
    feed = read_feed(tmp_path)
    assert {p.id: [Path(photo).name for photo in p.photos] for p in feed.products} == {
        "IMG_0001": ["IMG_0001.jpg"],
        "IMG_0002": ["IMG_0002.jpg"],
        "MUG-2": ["MUG-2.jpg"],
        "cup_2": ["cup_2.jpg"],
        "mug": ["mug.jpg", "mug_2.jpg", "mug_3.png"],
    }
    assert [(f.code, f.pointer) for f in feed.findings] == [
        ("PHOTO_GROUPED", "mug_2.jpg"),
        ("PHOTO_GROUPED", "mug_3.png"),
    ]


def test_a_name_that_is_not_utf_8_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "mug.jpg").write_bytes(b"x")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")).write_bytes(b"x")
    feed = read_feed(tmp_path)
    assert [p.id for p in feed.products] == ["mug"]
    assert [(f.code, f.pointer) for f in feed.findings] == [("PRODUCT_INVALID", "caf?.jpg")]


@pytest.mark.parametrize("names", [(), ("readme.txt",)])
def test_a_folder_without_photos_is_an_error(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FeedError, match=f"no photos among its {count_of(len(names), 'file')}; "):
        read_feed(tmp_path)


def test_the_shared_cutouts_are_sixteen_products(shared_photos: Path) -> None:
    feed = read_feed(shared_photos / "cutout")
    assert len(feed.products) == 16
    assert feed.products[0].id == "backpack"
