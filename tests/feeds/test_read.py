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
        ("header.csv", b"id,title,photo\n", "no line"),
        ("latin.csv", "id,title,photo\na,Café,a.jpg\n".encode("latin-1"), "latin.csv:2: not UTF-8"),
        ("feed.xml", b"<rss/>", "not .xml"),
        ("feed", b"id,title,photo\n", "a file without suffix"),
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
