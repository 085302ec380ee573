"""Folders of photos as feeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import FeedError
from vitrine.feeds import read_feed


def test_each_photo_is_a_product(tmp_path: Path) -> None:
    for name in ("oak_chair.jpg", "Mug.PNG", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "more.jpg").mkdir()
    feed = read_feed(tmp_path)
    assert [(p.id, p.title, p.photos) for p in feed.products] == [
        ("Mug", "Mug", (str(tmp_path / "Mug.PNG"),)),
        ("oak_chair", "Oak chair", (str(tmp_path / "oak_chair.jpg"),)),
    ]
    assert feed.findings == ()


def test_two_photos_of_one_name_are_one_product(tmp_path: Path) -> None:
    for name in ("mug.jpg", "mug.png"):
        (tmp_path / name).write_bytes(b"x")
    feed = read_feed(tmp_path)
    assert [p.photos for p in feed.products] == [(str(tmp_path / "mug.jpg"),)]
    assert [(f.code, f.pointer) for f in feed.findings] == [("ID_REPEATED", "mug.png")]


@pytest.mark.parametrize("names", [(), ("readme.txt",)])
def test_a_folder_without_photos_is_an_error(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FeedError, match=f"no photos among its {len(names)} files"):
        read_feed(tmp_path)


def test_the_shared_cutouts_are_sixteen_products(shared_photos: Path) -> None:
    feed = read_feed(shared_photos / "cutout")
    assert len(feed.products) == 16
    assert feed.products[0].id == "backpack"
