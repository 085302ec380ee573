"""Dimensions in the cells of a row, through a CSV made here."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from vitrine.feeds import Feed, read_feed


@pytest.fixture
def read(tmp_path: Path):
    def of(*rows: dict[str, str]) -> Feed:
        text = io.StringIO()
        columns = ["id", "title", "photo", *{name: None for row in rows for name in row}]
        writer = csv.DictWriter(text, columns)
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow({"id": f"p{number}", "title": "P", "photo": "p.jpg"} | row)
        (tmp_path / "feed.csv").write_text(text.getvalue(), "utf-8")
        return read_feed(tmp_path / "feed.csv")

    return of


def codes(feed: Feed) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in feed.findings]


@pytest.mark.parametrize(
    ("cells", "metres"),
    [
        ({"height": "9.6", "unit": "cm"}, 0.096),
        ({"height": "9,6", "unit": "cm"}, 0.096),
        ({"height": "9.6 cm"}, 0.096),
        ({"height": "96mm", "unit": "mm"}, 0.096),
        ({"height": '9.6"'}, 0.24384),
        ({"height": "9.6", "unit": '"'}, 0.24384),
        ({"height": "9.6", "unit": "Inches"}, 0.24384),
        ({"height": "3 ft 2 in"}, 0.9652),
        ({"height": "9½", "unit": "in"}, 0.2413),
        ({"height": "1.800,5", "unit": "mm"}, 1.8005),
        ({"height": "1 200", "unit": "mm"}, 1.2),
        ({"Height (cm)": "9.6"}, 0.096),
        ({"height_mm": "96"}, 0.096),
    ],
)
def test_a_size_in_metres(read, cells: dict[str, str], metres: float) -> None:
    (product,) = read(cells).products
    assert product.dimensions is not None
    assert product.dimensions.metres == (None, pytest.approx(metres, rel=1e-9), None)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"height": "1,200", "unit": "mm"}, ("1200", "1.2")),
        ({"height": "1.200", "unit": "mm"}, ("1200", "1.2")),
        ({"height": "9.6 cm", "unit": "in"}, ("9.6 cm", "9.6 in")),
        ({"height (mm)": "9.6 cm"}, ("9.6 cm", "9.6 mm")),
    ],
)
def test_two_readings_refuse_the_row_and_name_both(
    read, cells: dict[str, str], says: tuple[str, ...]
) -> None:
    feed = read(cells, {})
    assert [product.id for product in feed.products] == ["p1"]
    assert codes(feed) == [("SIZE_AMBIGUOUS", "feed.csv:2")]
    assert feed.findings[0].severity == "error"
    for words in ("'p0'", *says):
        assert words in feed.findings[0].message


def test_other_sizes_of_the_feed_decide_what_a_point_is(read) -> None:
    feed = read({"height": "1.200", "unit": "m"}, {"height": "9.6", "unit": "cm"})
    assert feed.findings == ()
    assert feed.products[0].dimensions.height == 1.2
    feed = read({"height": "1.200", "unit": "m"}, {"height": "9.6", "unit": "cm"}, {"height": "9,6"})
    assert codes(feed) == [("SIZE_AMBIGUOUS", "feed.csv:2")]


def test_sides_of_different_units_are_in_metres(read) -> None:
    (product,) = read({"height": "1.2 m", "width": "30 cm", "length": '10"'}).products
    assert product.dimensions.unit == "m"
    assert product.dimensions.metres == (0.3, 1.2, 0.254)


def test_sides_that_contradict_each_other_are_a_finding(read) -> None:
    feed = read(
        {"width": "3", "height": "9.6", "length": "500", "unit": "cm"},
        {"width": "3", "height": "60", "length": "3", "unit": "cm"},
    )
    assert codes(feed) == [("SIZES_CONTRADICT", "feed.csv:2")]
    assert len(feed.products) == 2
    assert feed.findings[0].measured == pytest.approx(500 / 3)


def test_a_size_that_no_product_has_is_a_finding(read) -> None:
    feed = read({"height": "96"}, {"height": "9.6e-9", "unit": "m"}, {"height": "2", "unit": "m"})
    assert codes(feed) == [("SIZE_IMPLAUSIBLE", "feed.csv:2"), ("SIZE_IMPLAUSIBLE", "feed.csv:3")]
    assert "no unit is given" in feed.findings[0].message
    assert "no unit is given" not in feed.findings[1].message


def test_a_cell_without_a_size_is_told(read) -> None:
    feed = read({"height": "n/a", "unit": "cm"}, {"height": "", "unit": "cm"})
    assert codes(feed) == [("SIZE_ASSUMED", "feed.csv:2")]
    assert [product.dimensions for product in feed.products] == [None, None]


@pytest.mark.parametrize("height", ["0", "-3", "NaN", "inf", "1e400", "tall"])
def test_a_size_that_is_none_refuses_the_row(read, height: str) -> None:
    feed = read({"height": height, "unit": "cm"})
    assert codes(feed) == [("PRODUCT_INVALID", "feed.csv:2")]
    assert repr(height) in feed.findings[0].message
    assert feed.products == ()
