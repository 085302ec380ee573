"""`read_feed`: the right reader, and what is true of every feed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from vitrine.errors import FeedError
from vitrine.feeds import read_feed


def test_csv_and_jsonl_say_the_same(tmp_path: Path) -> None:
    table, lines = tmp_path / "a.csv", tmp_path / "b.jsonl"
    table.write_text("id,title,photo,height,unit\nmug,Mug,mug.jpg,9.5,cm\n", "utf-8")
    lines.write_text(
        '{"id": "mug", "title": "Mug", "images": ["mug.jpg"], "dimensions": {"height": 9.5, "unit": "cm"}}\n',
        "utf-8",
    )
    assert read_feed(table) == read_feed(str(lines))
    assert read_feed(table).products[0].photos == (str(tmp_path / "mug.jpg"),)


def test_the_first_of_two_with_one_id_counts(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("id,title,photo\na,First,1.jpg\nb,B,2.jpg\na,Second,3.jpg\n", "utf-8")
    feed = read_feed(path)
    assert [(p.id, p.title) for p in feed.products] == [("a", "First"), ("b", "B")]
    assert [(f.code, f.severity, f.pointer) for f in feed.findings] == [
        ("ID_REPEATED", "error", "feed.csv:4")
    ]


def test_a_thousand_products_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "photo"])
        rows.writerows([f"sku-{n}", f"Product {n}", f"https://shop.example/{n}.jpg"] for n in range(1000))
    feed = read_feed(path)
    assert [p.id for p in feed.products] == [f"sku-{n}" for n in range(1000)]
    assert feed.findings == ()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.jsonl", b"\n \n", "empty"),
        ("header.csv", b"id,title,photo\n", "no line with a product"),
        ("feed.json", b"[]", "no line with a product"),
        ("feed.xml", b"<rss/>", "without <item> or <entry>"),
        ("feed.csv", b"<!doctype html>", "an HTML page without a product"),
        ("feed.csv", b"\xff\xd8\xff\xe0", "a JPEG, not a feed"),
        ("feed.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx"),
        ("feed.csv", b"PK\x03\x04junk", "broken"),
    ],
)
def test_a_feed_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FeedError) as caught:
        read_feed(tmp_path / name)
    assert says in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_feed_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"nowhere\.csv: no such file or folder"):
        read_feed(tmp_path / "nowhere.csv")


def test_content_decides_and_not_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "feed.json").write_text("id;title;photo\na;A;a.jpg\n")
    (tmp_path / "feed.csv").write_text('[{"id": "a", "title": "A", "images": ["a.jpg"]}]')
    assert read_feed(tmp_path / "feed.json") == read_feed(tmp_path / "feed.csv")


def test_ids_that_look_alike_are_read_and_told(tmp_path: Path) -> None:
    ids = ["mug-1", "MUG-1", "mug\u20111", "caf\u00e9", "cafe\u0301", "mug-1\u200b", "\u200b", "Mug 1"]
    rows = "".join(f"{product_id},T,a.jpg\n" for product_id in ids)
    (tmp_path / "feed.csv").write_text("id,title,photo\n" + rows, "utf-8")
    feed = read_feed(tmp_path / "feed.csv")
    assert [p.id for p in feed.products] == [i for i in ids if i != "\u200b"]
    assert len({p.slug.casefold() for p in feed.products}) == len(feed.products)
    assert [(f.code, f.severity, f.pointer.rpartition(":")[2]) for f in feed.findings] == [
        ("ID_ALIKE", "warning", "3"),
        ("ID_ALIKE", "warning", "4"),
        ("ID_ALIKE", "warning", "6"),
        ("ID_ODD", "warning", "7"),
        ("ID_ALIKE", "warning", "7"),
        ("ID_MISSING", "error", "8"),
    ]
    says = [f.message.rpartition("only in ")[2] for f in feed.findings if f.code == "ID_ALIKE"]
    assert says == [
        "upper and lower case",
        "characters that look alike",
        "Unicode normal form",
        "invisible characters",
    ]


@pytest.mark.parametrize("product_id", ["4.01235E+12", '"4,01235E+12"', "4E+12", "#N/A", "#REF!"])
def test_an_id_that_a_spreadsheet_has_spoilt_is_refused(tmp_path: Path, product_id: str) -> None:
    (tmp_path / "feed.csv").write_text(f"id,title,photo\n{product_id},T,a.jpg\n12E4,T,a.jpg\n00012,T,a.jpg\n")
    feed = read_feed(tmp_path / "feed.csv")
    assert [p.id for p in feed.products] == ["12E4", "00012"]
    assert [(f.code, f.severity) for f in feed.findings] == [("ID_SPOILT", "error")]


def test_an_id_that_a_spreadsheet_may_have_made_is_told(tmp_path: Path) -> None:
    for made, meant in (("01-Feb", "May-Q"), ("4012345.0", "v1.0"), ("'007", "'n'")):
        (tmp_path / "feed.csv").write_text(f"id,title,photo\n{made},T,a.jpg\n{meant},T,a.jpg\n")
        feed = read_feed(tmp_path / "feed.csv")
        assert len(feed.products) == 2
        assert [(f.code, f.pointer) for f in feed.findings] == [("ID_ODD", "feed.csv:2")]


@pytest.mark.parametrize(
    ("title", "encoding", "doubtful"),
    [
        ("Синяя кружка", "cp1251", True),
        ("蓝色的杯子", "gbk", True),
        ("Żółty kubek", "cp1250", True),
        ("Café Größe", "mac-roman", True),
        ("Μπλε κούπα", "cp1253", True),
        ("Café Größe 50 €, m³/h, L’Été", "cp1252", False),
        ("ÄÖÜ-TASSE ÀÉÈÙ 5µm×3½x", "cp1252", False),
    ],
)
def test_text_that_is_hardly_windows_1252_is_told(
    tmp_path: Path, title: str, encoding: str, doubtful
) -> None:
    (tmp_path / "feed.csv").write_bytes(f"id;title;photo\na;{title};a.jpg\n".encode(encoding))
    codes = [f.code for f in read_feed(tmp_path / "feed.csv").findings]
    assert codes == ["FEED_REPAIRED", *["ENCODING_DOUBTFUL"] * doubtful]
