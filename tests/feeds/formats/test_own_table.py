"""CSV feeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import FeedError
from vitrine.feeds import read_feed
from vitrine.models import Dimensions


@pytest.fixture
def write(tmp_path: Path):
    def make(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "feed.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return make


def test_every_column_arrives(write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_PHOTO_FOLDERS", "/")
    path = write(
        "id,title,photo,length,width,height,unit,category,colour\r\n"
        'chair-1,"Chair, oak",a.jpg | https://shop.example/b.jpg|/c.jpg,50,45.5,"90,5",CM,Seating,brown\r\n'
    )
    (chair,) = read_feed(path).products
    assert chair.title == "Chair, oak"
    assert chair.photos == (str(tmp_path / "a.jpg"), "https://shop.example/b.jpg", "/c.jpg")
    assert chair.dimensions == Dimensions(length=50, width=45.5, height=90.5, unit="cm")
    assert (chair.category, chair.metadata) == ("Seating", {"colour": "brown"})


def test_a_byte_order_mark_and_line_breaks_in_cells_are_fine(write) -> None:
    feed = read_feed(write('id,title,photo\na,"Two\nlines",a.jpg\nb,,b.jpg\n,No id,c.jpg\n', "utf-8-sig"))
    assert [(p.id, p.title) for p in feed.products] == [("a", "Two\nlines"), ("b", "")]
    assert [f.pointer for f in feed.findings] == ["feed.csv:5"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_told_from_the_header(write, delimiter: str) -> None:
    feed = read_feed(write("ID;Title;Photo\na;A, plain;a.jpg\n".replace(";", delimiter)))
    assert [(p.id, p.title) for p in feed.products] == [("a", "A, plain")]


def test_a_bad_line_stays_with_itself(write) -> None:
    feed = read_feed(
        write(
            "id,title,photo,height,unit\n"
            "a,A,a.jpg,1,cm\n"
            "b,B,,,\n"
            "c,C,c.jpg,-1,cm\n"
            "\n"
            "d,D,d.jpg,1,furlong\n"
            "e,E,e.jpg,1,cm,surplus\n"
            'f,"F"x,f.jpg,1,cm\n'
            "g,G,g.jpg,tall,cm\n"
            "h,H,h.jpg\n"
        )
    )
    assert [p.id for p in feed.products] == ["a", "h"]
    assert [(f.code, f.pointer) for f in feed.findings] == [
        ("PRODUCT_WITHOUT_PHOTO", "feed.csv:3"),
        ("PRODUCT_INVALID", "feed.csv:4"),
        ("PRODUCT_INVALID", "feed.csv:6"),
        ("LINE_UNREADABLE", "feed.csv:7"),
        ("LINE_UNREADABLE", "feed.csv:8"),
        ("PRODUCT_INVALID", "feed.csv:9"),
    ]
    assert "unit" in feed.findings[2].message
    assert all(f.severity == "error" for f in feed.findings)


def test_missing_columns_are_named_with_those_found(write) -> None:
    with pytest.raises(FeedError, match=r"feed\.csv: missing columns title, photo; found id, brand"):
        read_feed(write("id,brand\na,A\n"))


def test_a_column_twice_is_refused(write) -> None:
    with pytest.raises(FeedError, match="more than one column is called photo"):
        read_feed(write("id,title,photo,photo\na,A,1.jpg,2.jpg\n"))


def test_an_unclosed_quote_is_a_finding(write) -> None:
    feed = read_feed(write('id,title,photo\na,A,a.jpg\nb,"B,b.jpg\nc,C,c.jpg\n'))
    assert [p.id for p in feed.products] == ["a", "c"]
    assert [(f.code, f.pointer) for f in feed.findings] == [("LINE_UNREADABLE", "feed.csv:3")]


def test_a_column_without_a_name_is_told_once(write) -> None:
    feed = read_feed(write("id,title,photo,\na,A,a.jpg,x\nb,B,b.jpg,y\n"))
    assert len(feed.products) == 2
    assert [(f.code, f.pointer) for f in feed.findings] == [("FIELD_UNKNOWN", "feed.csv:2")]


def test_a_message_does_not_repeat_its_position(write) -> None:
    feed = read_feed(write("id,title,photo\na,A,\nb,B\n,C,c.jpg\n"))
    assert len(feed.findings) == 3
    assert not any("feed.csv" in f.message for f in feed.findings)


def test_a_text_that_a_formula_protects_is_that_text(write) -> None:
    (product,) = read_feed(write('id,title,photo\n="0012",=HYPERLINK("http://x"),a.jpg\n')).products
    assert (product.id, product.title) == ("0012", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("cell", ["12 x 9.6 x 8 cm", "L12 × W9 × H8 cm", '4" x 3"'])
def test_sides_in_one_cell_are_a_finding(tmp_path: Path, cell: str) -> None:
    quoted = cell.replace('"', '""')
    (tmp_path / "a.csv").write_text(f'id,title,photo,Dimensions\na,A,a.jpg,"{quoted}"\n', encoding="utf-8")
    feed = read_feed(tmp_path / "a.csv")
    assert [found.code for found in feed.findings] == ["SIZES_NOT_READ"]
    assert feed.products[0].dimensions is None


@pytest.mark.parametrize("header", ["size", "note"])
def test_other_columns_of_that_name_or_content_are_none(tmp_path: Path, header: str) -> None:
    cell = "XL" if header == "size" else "4 x 3 cups"
    (tmp_path / "a.csv").write_text(f"id,title,photo,{header}\na,A,a.jpg,{cell}\n", encoding="utf-8")
    assert read_feed(tmp_path / "a.csv").findings == ()
