"""JSON lines feeds."""

from __future__ import annotations

import json
from pathlib import Path

from vitrine.feeds import read_feed
from vitrine.models import Dimensions


def write(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8-sig"
    )
    return path


def test_every_field_arrives(tmp_path: Path) -> None:
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
        ("PRODUCT_INVALID", "error", "feed.jsonl:8"),
        ("FIELD_UNKNOWN", "warning", "feed.jsonl:9"),
    ]
    assert "dimensions.height" in feed.findings[4].message
    assert "price" in feed.findings[6].message
