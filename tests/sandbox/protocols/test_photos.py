"""Fetching and decoding the photo of an order."""

from __future__ import annotations

import asyncio

import pytest

from vitrine.sandbox.jobs.order import ApiError
from vitrine.sandbox.protocols.photos import decode_data_uri, fetch_photo


def test_a_photo_is_fetched_or_decoded_whole(photo_server, cup, data_uri):
    assert asyncio.run(fetch_photo(photo_server)) == cup
    assert decode_data_uri(data_uri(cup)) == cup


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/a.png", "must be a publicly accessible"),
        ("http://", "must be a publicly accessible"),
        ("http://127.0.0.1:9/a.png", "cannot be fetched: ConnectError"),
    ],
)
def test_a_url_that_cannot_be_fetched_gets_400(url, reason):
    with pytest.raises(ApiError, match=reason) as raised:
        asyncio.run(fetch_photo(url))
    assert raised.value.status == 400


def test_the_status_of_the_photos_server_is_reported(photo_server):
    with pytest.raises(ApiError, match="404"):
        asyncio.run(fetch_photo(photo_server.replace("cup", "no-cup")))


@pytest.mark.parametrize(
    "uri", ["data:text/plain;base64,AAAA", "data:image/png;base64,", "data:image/png;base64,?"]
)
def test_an_invalid_data_uri_gets_400(uri):
    with pytest.raises(ApiError, match=r"data URI|empty|base64"):
        decode_data_uri(uri)
