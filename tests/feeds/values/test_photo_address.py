"""What a cell says about photos."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.feeds.values.photo_address import NotAnAddress, photo_address, split_photos


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("mug.jpg", "my mug.jpg", "a,b.jpg", "100%25.jpg"):
        (tmp_path / "images" / name).write_bytes(b"x")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("images/mug.jpg", "images/mug.jpg"),
        (" images/mug.jpg\n", "images/mug.jpg"),
        ("images\\mug.jpg", "images/mug.jpg"),
        ("images/my%20mug.jpg", "images/my mug.jpg"),
        ("images\\my%20mug.jpg", "images/my mug.jpg"),
        ("images/100%25.jpg", "images/100%25.jpg"),
        ("images/none.jpg", "images/none.jpg"),
        ("images\\none.jpg", "images/none.jpg"),
        ("~nobody-has-this-name/mug.jpg", "~nobody-has-this-name/mug.jpg"),
    ],
)
def test_a_path_starts_at_the_feed(folder: Path, text: str, path: str) -> None:
    assert photo_address(text, folder) == str(folder / path)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("//cdn.shop.example/x.jpg?v=1", "https://cdn.shop.example/x.jpg?v=1"),
        ("https://shop.example/my mug.jpg", "https://shop.example/my mug.jpg"),
        ("s3://bucket/mug.jpg", "s3://bucket/mug.jpg"),
        ("file:///photos/my%20mug.jpg", "/photos/my mug.jpg"),
        ("/photos/mug.jpg", "/photos/mug.jpg"),
        ("~/mug.jpg", "~/mug.jpg"),
    ],
)
def test_an_address_of_its_own(folder: Path, text: str, address: str) -> None:
    assert photo_address(text, folder) == address


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("C:\\photos\\mug.jpg", "Windows"),
        ("\\\\server\\share\\mug.jpg", "Windows"),
        ("data:image/png;base64,iVBORw0KGgo=", "data URI"),
        ('<img src="images/mug.jpg">', "HTML"),
        ("https:///mug.jpg", "no host"),
        ("http://127.0.0.1:99999/mug.jpg", "Port out of range"),
        ("http://[::1/mug.jpg", "not a usable URL"),
        ("file://server/mug.jpg", "another machine"),
        ("a\0b.jpg", "NUL"),
    ],
)
def test_what_is_no_address_is_named(folder: Path, text: str, says: str) -> None:
    with pytest.raises(NotAnAddress, match=says):
        photo_address(text, folder)


@pytest.mark.parametrize(
    ("cell", "photos"),
    [
        ("images/mug.jpg| images/my mug.jpg |", ["images/mug.jpg", "images/my mug.jpg"]),
        ("images/mug.jpg, images/my mug.jpg", ["images/mug.jpg", "images/my mug.jpg"]),
        ("images/mug.jpg;images/my mug.jpg", ["images/mug.jpg", "images/my mug.jpg"]),
        ("images/a,b.jpg", ["images/a,b.jpg"]),
        ("images/no, such.jpg", ["images/no, such.jpg"]),
        (
            "https://a.example/1.jpg, https://a.example/2.jpg",
            ["https://a.example/1.jpg", "https://a.example/2.jpg"],
        ),
        ("https://cdn.example/w_400,h_300/mug.jpg", ["https://cdn.example/w_400,h_300/mug.jpg"]),
        (" ", []),
    ],
)
def test_several_photos_in_a_cell(folder: Path, cell: str, photos: list[str]) -> None:
    assert split_photos(cell, folder) == photos
