"""Dialects of CSV, made here: all say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.feeds import read_feed

PLAIN = "id,title,photo,height,unit\nmug,Mug,mug.jpg,9.5,cm\njug,Jug,jug.jpg,20,cm\n"


def delimited(delimiter: str) -> str:
    return PLAIN.replace(",", delimiter)


DIALECTS = {
    "commas": PLAIN.encode(),
    "semicolons": delimited(";").replace("9.5", "9,5").encode(),
    "tabs": delimited("\t").encode(),
    "pipes": delimited("|").encode(),
    "carets": delimited("^").encode(),
    "a mark that was encoded twice": "ï»¿".encode() + PLAIN.encode(),
    "the end of a DOS file": PLAIN.encode() + b"\x1a",
    "a sep line": b"sep=;\r\n" + delimited(";").encode(),
    "a quoted sep line of another delimiter": b'"sep=^"\n' + delimited("^").encode(),
    "UTF-8 with two marks": b"\xef\xbb\xbf" * 2 + PLAIN.encode(),
    "UTF-16 with a mark": b"\xff\xfe" + delimited("\t").encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "UTF-16 without a mark": PLAIN.encode("utf-16-le"),
    "UTF-32": b"\xff\xfe\0\0" + PLAIN.encode("utf-32-le"),
    "CR at line ends": PLAIN.replace("\n", "\r").encode(),
    "CR LF and trailing empty columns": PLAIN.replace("\n", ",,\r\n").encode() + b",,,,,,\r\n",
    "empty lines first": b"\r\n \r\n,,,,\r\n" + PLAIN.encode(),
    "a title above": b"Product list 2026,,,,\n\n" + PLAIN.encode(),
    "several lines above": b"Shop\nExported,2026-11-26\n" + PLAIN.encode(),
    "all quoted": "\n".join(
        ",".join(f'"{c}"' for c in line.split(",")) for line in PLAIN.splitlines()
    ).encode(),
    "whole lines quoted": "\n".join(f'"{line}"' for line in PLAIN.splitlines()).encode(),
    "space after commas": PLAIN.replace(",", ", ").replace(" Mug", ' "Mug"').encode(),
    "NULs": PLAIN.replace("Mug", "M\0ug").encode(),
    "upper case and spaces": PLAIN.replace("id,title,photo", " ID , Title ,PHOTO").encode(),
    "no line end": PLAIN.rstrip().encode(),
    "the header twice": (PLAIN + "id,title,photo,height,unit\n").encode(),
    "Google's image_link": PLAIN.replace("photo", "image_link").encode(),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["feed.csv", "feed.txt", "feed"])
def test_every_dialect_says_the_same(tmp_path: Path, dialect: str, name: str) -> None:
    (tmp_path / name).write_bytes(DIALECTS[dialect])
    feed = read_feed(tmp_path / name)
    assert [(p.id, p.title, p.photos, p.dimensions.height) for p in feed.products] == [
        ("mug", "Mug", (str(tmp_path / "mug.jpg"),), 9.5),
        ("jug", "Jug", (str(tmp_path / "jug.jpg"),), 20),
    ]
    assert feed.errors == ()


def test_what_was_detected_or_left_out_is_said(tmp_path: Path) -> None:
    said = {}
    for dialect, data in DIALECTS.items():
        (tmp_path / "feed.csv").write_bytes(data)
        said[dialect] = [(f.code, f.pointer, f.message) for f in read_feed(tmp_path / "feed.csv").findings]
    assert said["commas"] == said["semicolons"] == said["a sep line"] == said["UTF-8 with two marks"] == []
    assert said["UTF-16 with a mark"] == [("FEED_REPAIRED", "feed.csv", "the feed is read as UTF-16")]
    assert "byte order mark" in said["UTF-16 without a mark"][0][2]
    assert said["a title above"][0][1:] == ("feed.csv:1", "line 1 is above the header and not read")
    assert said["several lines above"][0][2] == "lines 1 to 2 are above the header and not read"
    assert said["NULs"][0][2] == "NUL characters are left out: 1"
    assert said["the header twice"][0][1] == "feed.csv:4"
    assert said["Google's image_link"] == [
        ("COLUMN_MAPPED", "feed.csv:1", "column 'image_link' is read as photo")
    ]


def test_delimiters_inside_quotes_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text('id,title,photo,"a;b;c;d;e;f"\nmug,Mug,mug.jpg,x\n')
    (product,) = read_feed(tmp_path / "feed.csv").products
    assert product.metadata == {"a;b;c;d;e;f": "x"}


def test_a_quote_alone_is_the_unit_inch(tmp_path: Path) -> None:
    lines = ['a,A,a.jpg,9.6,"', "b,B,b.jpg,9.6,cm", 'c,C,c.jpg,9.6," ', 'd,D,d.jpg,9.6"", in']
    lines += [
        'e,E,e.jpg,9.6,"""',
        'f,F,f.jpg,"9.6"",',
        'g,"G, 5""",g.jpg,"9 1/2"",in',
        'h,H,h.jpg,"9.6""",""""',
    ]
    (tmp_path / "feed.csv").write_text("\n".join(["id,title,photo,height,unit", *lines]))
    feed = read_feed(tmp_path / "feed.csv")
    assert {p.id: p.dimensions.unit for p in feed.products} == {
        name: "cm" if name == "b" else "in" for name in "abcefgh"
    }
    assert [f.pointer for f in feed.findings] == ["feed.csv:5"]


def test_a_cell_that_begins_with_a_line_end_is_no_inch(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text('id,title,photo\na,"\n3"" mug,\n",a.jpg\nb,B,b.jpg\n')
    assert [p.id for p in read_feed(tmp_path / "feed.csv").products] == ["b"]


def test_after_an_open_quote_the_next_line_is_read(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text('id,title,photo\na,"A,a.jpg\nb,"B, red",b.jpg\nc,C,c.jpg\n')
    feed = read_feed(tmp_path / "feed.csv")
    assert [(p.id, p.title) for p in feed.products] == [("b", "B, red"), ("c", "C")]
    assert [(f.code, f.pointer) for f in feed.findings] == [("LINE_UNREADABLE", "feed.csv:2")]
