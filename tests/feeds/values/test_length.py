"""Lengths as people write them."""

from __future__ import annotations

import pytest

from vitrine.feeds.values.length import (
    Ambiguous,
    NotALength,
    is_decimal_comma,
    is_decimal_point,
    parse_length,
    unit_of,
)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("9.6", 9.6, None),
        ("9,6", 9.6, None),
        ("1.800,5", 1800.5, None),
        ("1,800.5 mm", 1800.5, "mm"),
        ("1,200,000", 1_200_000, None),
        ("1.234.567,25", 1_234_567.25, None),
        ("1,20,000", 120_000, None),
        ("0,200", 0.2, None),
        ("1234,567", 1234.567, None),
        ("9.6e1", 96, None),
        ("+9.6", 9.6, None),
        (",5", 0.5, None),
        ("9.6 cm", 9.6, "cm"),
        ("9,6cm", 9.6, "cm"),
        ("96 MM.", 96, "mm"),
        ("9.6 Centimetres", 9.6, "cm"),
        ("9,6 Zentimeter", 9.6, "cm"),
        ("96 мм", 96, "mm"),
        ("9.6厘米", 9.6, "cm"),
        ("2 pouces", 2, "in"),
        ('9.6"', 9.6, "in"),
        ("9.6″", 9.6, "in"),
        ("9.6''", 9.6, "in"),
        ('9½"', 9.5, "in"),
        ("9 1/2 in", 9.5, "in"),
        ('9-1/2"', 9.5, "in"),
        ("9 1 \x1c/ \x1f2 in", 9.5, "in"),
        ("½ in", 0.5, "in"),
        ("5'", 5, "ft"),
        ("3 ft 2 in", 38, "in"),
        ("3' 2\"", 38, "in"),
        ("3′2½″", 38.5, "in"),
        ("6 ft. 2 in.", 74, "in"),
        ("1 m 20 cm", 120, "cm"),
        ("1m20", 120, "cm"),
        ("٩٫٦", 9.6, None),
        ("９．６ cm", 9.6, "cm"),
        (9.6, 9.6, None),
        (1.234, 1.234, None),
        (1200, 1200, None),
    ],
)
def test_a_length_with_one_reading(text: object, value: float, unit: str | None) -> None:
    length = parse_length(text)
    assert length is not None
    assert (length.value, length.unit, length.grouped) == (pytest.approx(value, rel=1e-12), unit, False)


@pytest.mark.parametrize("text", ["1 200", "1\u00a0200", "1\u202f200", "1'200", "1’200"])
def test_digits_in_groups_are_one_number_and_say_so(text: str) -> None:
    length = parse_length(text)
    assert length is not None
    assert (length.value, length.grouped) == (1200, True)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1,200", ("1200", "1.2")),
        ("1.200", ("1200", "1.2")),
        ("12,345 mm", ("12345", "12.345")),
        ("1,000", ("1000", "as 1:")),
    ],
)
def test_a_number_with_two_readings_is_refused_with_both(text: str, readings: tuple[str, str]) -> None:
    with pytest.raises(Ambiguous) as caught:
        parse_length(text)
    for reading in readings:
        assert reading in str(caught.value)


def test_a_point_that_is_known_to_be_decimal_has_one_reading() -> None:
    length = parse_length("1.200", point_is_decimal=True)
    assert length is not None
    assert length.value == 1.2
    with pytest.raises(Ambiguous):
        parse_length("1,200", point_is_decimal=True)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "0",
            "-3",
            "NaN",
            "inf",
            "1e400",
            "tall",
            "1..2",
            "1.2.3",
            "1,,2",
            "12 3",
            "10-12 cm",
            "10 x 20 cm",
        ),
        *("ca. 10 cm", "9.6 furlong", "10 cm 20 cm", "1/0 in", "1'20'300", True, [9], float("nan"), 10**400),
    ],
)
def test_what_is_no_positive_length_is_refused(text: object) -> None:
    with pytest.raises(NotALength):
        parse_length(text)


@pytest.mark.parametrize("text", ["", "  ", None, "-", "–", "n/a", "N/A", "?", "TBD"])
def test_nothing_is_nothing(text: object) -> None:
    assert parse_length(text) is None


@pytest.mark.parametrize(
    ("name", "unit"),
    [("CM", "cm"), ("inches", "in"), ('"', "in"), ("ft.", "ft"), ("Millimeters", "mm"), ("furlong", None)],
)
def test_units_have_many_names(name: str, unit: str | None) -> None:
    assert unit_of(name) == unit


def test_which_separators_can_only_be_decimal() -> None:
    assert [t for t in ("9.6", "0.305", "1,800.5", "1.200", "9,6", "12") if is_decimal_point(t)] == [
        "9.6",
        "0.305",
        "1,800.5",
    ]
    assert [t for t in ("9,6", "1.800,5", "1,200", "9.6") if is_decimal_comma(t)] == ["9,6", "1.800,5"]
