"""Reading what a provider answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from vitrine.providers.http.response import Response, retry_after_s


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "bad key", "code": "invalid_api_key"}}, "bad key (invalid_api_key)"),
        ({"error": "Insufficient Balance", "message": "Too poor."}, "Insufficient Balance: Too poor."),
        ({"statusCode": 401, "message": "Access denied"}, "Access denied"),
        ({"error": {"type": "x"}}, "x"),
        (
            "<html><head><style>b{}</style></head><h1>503 Service&nbsp;Unavailable</h1></html>",
            "503 Service Unavailable",
        ),
        ("plain\n\n words", "plain words"),
        ("", "nothing"),
        ("x" * 500, "x" * 200 + "…"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_every_shape_of_error_becomes_one_line(body: object, message: str) -> None:
    raw = body if isinstance(body, str) else json.dumps(body)
    assert Response(400, raw.encode()).message == message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("1e9", 3600.0),
        ("soon", None),
        ("nan", None),
        (None, None),
        ("", None),
    ],
)
def test_retry_after_in_seconds(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header) == seconds


def test_retry_after_as_a_date_is_read_against_the_answers_own_clock() -> None:
    theirs = datetime(2001, 1, 1, tzinfo=UTC)  # a clock that is far off
    header = format_datetime(theirs + timedelta(seconds=40), usegmt=True)
    assert retry_after_s(header, format_datetime(theirs, usegmt=True)) == 40.0
    assert retry_after_s(header) == 0.0


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_numbers_that_are_not_finite_are_none(number: str) -> None:
    assert Response(200, f'{{"resolution": {number}, "cost": 0.5}}'.encode()).json() == {
        "resolution": None,
        "cost": 0.5,
    }
