"""Answers of shops that are no JSON, and addresses that are no URLs."""

from __future__ import annotations

import httpx
import pytest

from vitrine.errors import ConfigError
from vitrine.shops.http import Answer, checked_origin


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000, b'{"a":' * 100_000])
def test_a_body_that_is_no_json_is_none(body: bytes) -> None:
    assert Answer(200, httpx.Headers(), body).json() is None


@pytest.mark.parametrize("url", ["https://[", "https://[x]", "shop.example", "https://a:b@shop.example"])
def test_an_address_that_is_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="the shop"):
        checked_origin("the shop", url)
