"""Excel workbooks, made here with openpyxl."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from vitrine.errors import FeedError
from vitrine.feeds import read_feed

HEADER = ["id", "title", "photo", "height", "unit"]


def save(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["feed.xlsx", "feed.csv"])
def test_a_workbook_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / name, ["Products 2026"], HEADER, ["mug", "Täss", "mug.jpg", 9.5, "cm"], [None])
    feed = read_feed(path)
    (product,) = feed.products
    assert (product.id, product.title, product.dimensions.height) == ("mug", "Täss", 9.5)
    assert [(f.code, f.pointer) for f in feed.findings] == [("FEED_REPAIRED", f"{name}:1")]


def test_numbers_have_one_reading(tmp_path: Path) -> None:
    path = save(
        tmp_path / "f.xlsx",
        HEADER,
        [4012345678901, "A", "a.jpg", 1.234, "m"],
        [7.0, "B", "b.jpg", 1200, "mm"],
    )
    feed = read_feed(path)
    assert [(p.id, p.dimensions.height) for p in feed.products] == [("4012345678901", 1.234), ("7", 1200)]
    assert feed.findings == ()


def test_zeros_that_are_shown_belong_to_the_id(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER[:3])
    book.active.append([12, "A", "a.jpg"])
    book.active["A2"].number_format = "00000"
    book.save(tmp_path / "f.xlsx")
    assert read_feed(tmp_path / "f.xlsx").products[0].id == "00012"


def test_a_date_as_an_id_is_told(tmp_path: Path) -> None:
    feed = read_feed(save(tmp_path / "f.xlsx", HEADER[:3], [date(2026, 2, 1), "A", "a.jpg"]))
    assert [f.code for f in feed.findings] == ["ID_ODD"]


def test_the_sheet_with_the_header_is_read_and_others_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["nothing here"])
    sheet = book.create_sheet("Products")
    sheet.append(HEADER[:3])
    sheet.append(["mug", "Mug", "mug.jpg"])
    book.save(tmp_path / "f.xlsx")
    feed = read_feed(tmp_path / "f.xlsx")
    assert [p.id for p in feed.products] == ["mug"]
    assert [f.message for f in feed.findings] == ["sheets 'Notes' are not read"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"Index/Document.iwa": "x"}, "Numbers"),
        ({"xl/workbook.bin": "x"}, ".xlsb"),
        ({"feed.csv": "id"}, "unpack it"),
        ({"xl/workbook.xml": "<workbook"}, "cannot be read"),
    ],
)
def test_other_archives_are_named(tmp_path: Path, files: dict[str, str], says: str) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    (tmp_path / "feed.csv").write_bytes(data.getvalue())
    with pytest.raises(FeedError, match=says):
        read_feed(tmp_path / "feed.csv")


def test_a_name_in_the_archive_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "feed.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/ä.xml", b"")
    data = path.read_bytes()
    path.write_bytes(data.replace("ä".encode(), b"\x99\x99"))
    with pytest.raises(FeedError, match="ZIP archive that is broken"):
        read_feed(path)
