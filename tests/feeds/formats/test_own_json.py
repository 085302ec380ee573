"""JSON feeds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vitrine.feeds import read_feed
from vitrine.models import Dimensions


def write(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8-sig"
    )
    return path


def test_every_field_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_PHOTO_BUCKETS", "shop")
    size = {"length": 20, "width": 30, "height": 40, "unit": "in"}
    row = {
        "id": "bag",
        "title": "Bag",
        "images": ["bag.jpg", "s3://shop/bag-2.jpg"],
        "dimensions": size,
        "category": "Bags",
        "metadata": {"colours": ["red", "blue"]},
    }
    (bag,) = read_feed(write(tmp_path, row)).products
    assert bag.photos == (str(tmp_path / "bag.jpg"), "s3://shop/bag-2.jpg")
    assert bag.dimensions == Dimensions(**size)
    assert (bag.id, bag.title, bag.category) == ("bag", "Bag", "Bags")
    assert bag.metadata == {"colours": ["red", "blue"]}


def test_null_and_empty_fields_are_absent(tmp_path: Path) -> None:
    row = {"id": 17, "title": None, "images": "a.jpg", "dimensions": {}, "category": None, "metadata": None}
    (product,) = read_feed(write(tmp_path, row)).products
    assert (product.id, product.title, product.dimensions, product.category) == ("17", "", None, None)


def test_a_bad_line_stays_with_itself(tmp_path: Path) -> None:
    feed = read_feed(
        write(
            tmp_path,
            {"id": "a", "images": ["a.jpg"]},
            "{not json",
            "[1, 2]",
            "",
            {"id": "b"},
            {"id": "c", "images": [1]},
            {"id": "d", "images": ["d.jpg"], "dimensions": {"height": "tall"}},
            {"images": ["e.jpg"]},
            {"id": "f", "images": ["f.jpg"], "price": 3},
        )
    )
    assert [p.id for p in feed.products] == ["a", "f"]
    assert [(f.code, f.severity, f.pointer) for f in feed.findings] == [
        ("LINE_UNREADABLE", "error", "feed.jsonl:2"),
        ("LINE_UNREADABLE", "error", "feed.jsonl:3"),
        ("PRODUCT_WITHOUT_PHOTO", "error", "feed.jsonl:5"),
        ("PRODUCT_INVALID", "error", "feed.jsonl:6"),
        ("PRODUCT_INVALID", "error", "feed.jsonl:7"),
        ("ID_MISSING", "error", "feed.jsonl:8"),
        ("FIELD_UNKNOWN", "warning", "feed.jsonl:9"),
    ]
    assert "height 'tall'" in feed.findings[4].message
    assert "price" in feed.findings[6].message


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": "a", "images": ["a.jpg"]}, {"id": "b", "images": ["b.jpg"]}]',
        '[\n  {\n    "id": "a",\n    "images": ["a.jpg"]\n  },\n  {"id": "b", "images": ["b.jpg"]}\n]\n',
        '{\n "id": "a",\n "images": ["a.jpg"]\n}\n{\n "id": "b",\n "images": ["b.jpg"]\n}\n',
        '{"id": "a", "images": ["a.jpg"]},\n{"id": "b", "images": ["b.jpg"]},\n',
        '{"id": "a", "images": ["a.jpg"]} {"id": "b", "images": ["b.jpg"]}',
        '{"data": {"products": [{"id": "a", "images": ["a.jpg"]}, {"id": "b", "images": ["b.jpg"]}]}}',
        '{"products": [{"id": "a", "images": ["a.jpg"]}, {"id": "b", "images": ["b.jpg"]}]}',
    ],
)
@pytest.mark.parametrize("name", ["feed.json", "feed.jsonl", "feed.csv"])
def test_every_layout_of_json_says_the_same(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / name).write_text("\ufeff" + text, "utf-8")
    feed = read_feed(tmp_path / name)
    assert [(p.id, p.photos) for p in feed.products] == [
        ("a", (str(tmp_path / "a.jpg"),)),
        ("b", (str(tmp_path / "b.jpg"),)),
    ]
    assert feed.findings == ()


@pytest.mark.parametrize(
    "images",
    [
        {"images": "a.jpg"},
        {"image": "a.jpg"},
        {"photo": ["a.jpg"]},
        {"images": [" a.jpg "]},
        {"images": [{"src": "a.jpg", "position": 1}]},
        {"images": {"src": "a.jpg"}},
        {"image_link": "a.jpg"},
    ],
)
def test_the_shapes_of_images(tmp_path: Path, images: dict[str, object]) -> None:
    feed = read_feed(write(tmp_path, {"id": "a"} | images))
    assert [p.photos for p in feed.products] == [(str(tmp_path / "a.jpg"),)]
    assert feed.findings == ()


def test_a_broken_element_of_an_array_stays_with_itself(tmp_path: Path) -> None:
    lines = ["[", '{"id": "a", "images": ["a.jpg"]},', '{"id": b},', '{"id": "c", "images": ["c.jpg"]}', "]"]
    feed = read_feed(write(tmp_path, *lines))
    assert [p.id for p in feed.products] == ["a", "c"]
    assert [(f.code, f.pointer) for f in feed.findings] == [("LINE_UNREADABLE", "feed.jsonl:3")]


def test_sizes_are_read_as_in_a_table(tmp_path: Path) -> None:
    feed = read_feed(
        write(
            tmp_path,
            {"id": "a", "images": "a.jpg", "dimensions": {"height": "9,6", "unit": "CM"}},
            {"id": "b", "images": "b.jpg", "dimensions": {"height": "9.6 cm", "depth": 0.1234}},
            {"id": "c", "images": "c.jpg", "height": 9.6, "unit": "cm"},
            {"id": "d", "images": "d.jpg", "dimensions": {"height": "1,200", "unit": "mm"}},
            '{"id": "e", "images": "e.jpg", "dimensions": {"height": NaN}}',
            {"id": "f", "images": "f.jpg", "dimensions": "big"},
            {"id": "g", "images": "g.jpg", "dimensions": {"weight": 3}},
        )
    )
    assert [p.dimensions and p.dimensions.metres for p in feed.products] == [
        (None, 0.096, None),
        (None, 0.096, 0.1234),
        (None, 0.096, None),
    ]
    assert [(f.code, f.pointer) for f in feed.findings] == [
        ("SIZE_AMBIGUOUS", "feed.jsonl:4"),
        ("PRODUCT_INVALID", "feed.jsonl:5"),
        ("PRODUCT_INVALID", "feed.jsonl:6"),
        ("PRODUCT_INVALID", "feed.jsonl:7"),
    ]


def test_a_field_twice_and_half_a_character_are_findings(tmp_path: Path) -> None:
    half = r'{"id": "p\ud800", "images": ["a.jpg"]}'
    feed = read_feed(write(tmp_path, '{"id": "n", "id": "o", "images": ["a.jpg"]}', half))
    assert feed.products == ()
    assert "'n', 'o'" in feed.findings[0].message
    assert r"p\ud800" in feed.findings[1].message


def test_deep_and_long_values_do_not_stop_the_feed(tmp_path: Path) -> None:
    deep = '{"id": "a", "images": ["a.jpg"], "metadata": ' + '{"a":' * 5000 + "1" + "}" * 5000 + "}"
    feed = read_feed(write(tmp_path, deep, '{"id": ' + "9" * 6000 + "}", {"id": "b", "images": ["b.jpg"]}))
    assert feed.products[-1].id == "b"
