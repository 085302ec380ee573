"""Getting the photo of an order: from a URL, or from a data URI."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import urlsplit

import httpx

from vitrine.sandbox.jobs.order import ApiError

MAX_PHOTO_BYTES = 50_000_000
FETCH_TIMEOUT_S = 30.0
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


async def fetch_photo(url: str) -> bytes:
    """Fetch a photo from an http(s) URL. Raises `ApiError` 400 for other URLs and when fetching fails."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ApiError(
            400, "invalid_image", f"image_url must be a publicly accessible http(s) URL: {url[:80]}"
        )
    data = bytearray()
    try:
        async with (
            httpx.AsyncClient(
                timeout=FETCH_TIMEOUT_S, follow_redirects=True, trust_env=parts.hostname not in LOOPBACK
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise ApiError(
                    400, "invalid_image", f"image_url answered {response.status_code}: {url[:200]}"
                )
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > MAX_PHOTO_BYTES:
                    raise ApiError(400, "invalid_image", f"image is larger than {MAX_PHOTO_BYTES} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        message = f"image_url cannot be fetched: {type(error).__name__}: {url[:200]}"
        raise ApiError(400, "invalid_image", message) from error
    return bytes(data)


def decode_data_uri(uri: str) -> bytes:
    """Decode the photo of a base64 data URI. Raises `ApiError` 400."""
    match = re.match(r"data:image/[a-z0-9.+-]+;base64,", uri[:100])
    if match is None:
        raise ApiError(
            400, "invalid_image", "image must be a URL or a base64 data URI (data:image/png;base64,…)"
        )
    try:
        data = base64.b64decode(uri[match.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ApiError(400, "invalid_image", f"image is not base64: {error}") from error
    if not data:
        raise ApiError(400, "invalid_image", "image is empty")
    return data
