"""Feeds of any size: memory is bounded, the first product comes at once, and pieces change nothing."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.feed_files import write_feed
from tests.fixtures.exports.all_exports import EXPORTS
from tests.fixtures.exports.build import Export
from vitrine.errors import FeedError
from vitrine.feeds import read_feed, stream_feed
from vitrine.feeds.formats.any_json import open_json
from vitrine.feeds.stream import FeedStream
from vitrine.models import Finding, Product
from vitrine.recipe import DEFAULT_FEED

READER = """
import resource, sys
from vitrine.feeds import stream_feed
products = iter(stream_feed(sys.argv[1]))
next(products)
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
print(1 + sum(1 for _ in products), peak() - before)
"""


def test_twenty_megabytes_take_no_more_memory_than_the_first_product(tmp_path: Path) -> None:
    written = write_feed("Shopify CSV", tmp_path / "feed", 20_000_000)
    command = [sys.executable, "-c", READER, str(tmp_path / "feed")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    products, growth_mb = result.stdout.split()
    assert int(products) == written
    assert float(growth_mb) < 15


@pytest.mark.parametrize(
    "export", [one for one in EXPORTS if b"\0" not in one.data], ids=lambda one: f"{one.kind}: {one.name}"
)
def test_small_pieces_give_the_same_products(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "export").write_bytes(export.data)
    whole = read_feed(tmp_path / "export")
    monkeypatch.setattr("vitrine.feeds.text.decode.PIECE_BYTES", 61)
    monkeypatch.setattr("vitrine.feeds.open_feed.PIECE_BYTES", 61)
    monkeypatch.setattr("vitrine.feeds.open_feed.HEAD", 300)
    assert read_feed(tmp_path / "export") == whole


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_a_large_object_is_read_member_by_member(size: int, tmp_path: Path) -> None:
    products = [{"id": number, "title": "[{", "images": [f"{number}.jpg"]} for number in range(30)]
    text = json.dumps({"meta": {"n": 30}, "errors": [], "data": {"x": 1, "products": products}, "end": "]}"})
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    opened = open_json(iter(pieces), tmp_path / "feed.json", DEFAULT_FEED, max_value=200)
    found = [one for _, one in opened.entries]
    assert [one.id for one in found if isinstance(one, Product)] == [str(n) for n in range(30)]


def test_a_large_object_that_breaks_off_keeps_what_was_read(tmp_path: Path) -> None:
    product = json.dumps({"id": "a", "images": ["a.jpg"], "title": "x" * 300})
    text = f'{{"products": [{product}, {product.replace("a", "b", 1)}, {{"id": "c", '
    opened = open_json(iter([text]), tmp_path / "feed.json", DEFAULT_FEED, max_value=100)
    kinds = [type(one) for _, one in opened.entries]
    assert kinds[0] is Product
    assert kinds[-1] is Finding


def test_products_come_before_the_rest_is_read(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "images": ["a.jpg"]}) + "\n" for n in range(3)]
    taken = []

    def pieces():
        for number, line in enumerate(itertools.cycle(lines)):
            taken.append(number)
            yield line

    opened = open_json(pieces(), tmp_path / "feed.jsonl", DEFAULT_FEED)
    assert isinstance(next(opened.entries)[1], Product)
    assert len(taken) < 10


def test_what_breaks_further_on_is_a_finding_and_the_rest_is_kept(tmp_path: Path) -> None:
    rows = "".join(f"p{number},T,a.jpg\r\n" for number in range(40_000))
    data = ("id,title,photo\r\n" + rows).encode("utf-16")
    (tmp_path / "feed.csv").write_bytes(data + b"\x00\xd8\x41\x00")  # half of a surrogate pair
    stream = stream_feed(tmp_path / "feed.csv")
    assert sum(1 for _ in stream) > 20_000
    assert [found.code for found in stream.findings if found.severity == "error"] == ["LINE_UNREADABLE"]
    assert "broken at byte" in stream.findings[-1].message


def test_findings_are_limited_and_counted(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text("id,title,photo\nok,T,a.jpg\n" + ",T,a.jpg\n" * 50)
    from vitrine.feeds.open_feed import open_feed

    stream = FeedStream(open_feed(tmp_path / "feed.csv"), "feed.csv", max_findings=10)
    assert [product.id for product in stream] == ["ok"]
    assert len(stream.findings) == 11
    assert (stream.refused, stream.findings[-1].code) == (50, "FINDINGS_LEFT_OUT")


def test_an_unclosed_quote_ends_after_so_many_lines(tmp_path: Path) -> None:
    rows = "".join(f"p{number},T,a.jpg\n" for number in range(6_000))
    (tmp_path / "feed.csv").write_text('id,title,photo\nx,"open,a.jpg\n' + rows)
    feed = read_feed(tmp_path / "feed.csv")
    assert len(feed.products) == 6_000
    assert [(found.code, found.pointer) for found in feed.findings] == [("LINE_UNREADABLE", "feed.csv:2")]


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "declares the entity 'a'"),
        ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "declares the entity 'a'"),
        ('<!DOCTYPE rss SYSTEM "http://x.example/rss.dtd"><rss/>', "without <item> or <entry>"),
        ("<products><product><sku>1</sku></product></products>", "Elements: products, product, sku"),
        (
            "<rss><channel><item><title>News</title></item></channel></rss>",
            "no item has g:id or g:image_link",
        ),
        ("<rss><channel><item>", "without <item> or <entry>"),
    ],
)
def test_xml_that_is_no_feed_or_no_friend(tmp_path: Path, xml: str, says: str) -> None:
    (tmp_path / "feed.xml").write_text(xml)
    with pytest.raises(FeedError) as caught:
        read_feed(tmp_path / "feed.xml")
    assert says in str(caught.value)
