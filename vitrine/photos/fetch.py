"""Fetch a photo: from a path, an http(s) URL or an s3 URL."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from vitrine.errors import PhotoError, PhotoUnreachable
from vitrine.photos.decoding.file_signature import require_image
from vitrine.recipe import PhotoOptions

HEADERS = {"User-Agent": "vitrine", "Accept": "image/*"}
MAX_REDIRECTS = 5


async def fetch_photo(
    source: str, options: PhotoOptions, *, client: httpx.AsyncClient | None = None
) -> bytes:
    """Return the bytes of `source`, at most `options.max_bytes`, checked to have an image file's signature.

    Of `client` only the connections are used: its headers, cookies and credentials are not sent. Raises
    `PhotoUnreachable` where a retry may help, `PhotoError` for everything else.
    """
    scheme = urlsplit(source).scheme.lower() if "://" in source else ""
    if scheme in ("http", "https"):
        data = await _from_web(source, options, client)
    elif scheme == "s3":
        data = await asyncio.to_thread(_from_s3, source, options)
    elif scheme == "":
        data = await asyncio.to_thread(_from_file, source, options)
    else:
        raise PhotoError(f"{source}: {scheme}:// is not read; give a path, an http(s) URL or an s3 URL")
    require_image(data, _shown(source))
    return data


async def _from_web(url: str, options: PhotoOptions, client: httpx.AsyncClient | None) -> bytes:
    shown = _shown(url)
    try:
        async with asyncio.timeout(options.fetch_timeout_s):
            if client is not None:
                return await _download(url, options, client)
            async with httpx.AsyncClient() as own:
                return await _download(url, options, own)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise PhotoUnreachable(
            f"{shown}: no complete response within {options.fetch_timeout_s:g} s (photo.fetch_timeout_s)"
        ) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise PhotoError(f"{shown}: not a usable URL: {error}") from error
    except httpx.TransportError as error:
        raise PhotoUnreachable(f"{shown}: cannot be reached: {error or type(error).__name__}") from error
    except httpx.DecodingError as error:
        raise PhotoError(f"{shown}: the response cannot be decoded: {error}") from error


async def _download(url: str, options: PhotoOptions, client: httpx.AsyncClient) -> bytes:
    """Follow redirects here: requests that the client builds would carry its headers and cookies."""
    timeout = httpx.Timeout(options.fetch_timeout_s).as_dict()
    location = httpx.URL(url)
    for _ in range(MAX_REDIRECTS + 1):
        if location.scheme not in ("http", "https"):
            raise PhotoError(f"{_shown(url)}: redirects to {location.scheme}://, which is not followed")
        request = httpx.Request("GET", location, headers=HEADERS, extensions={"timeout": timeout})
        response = await client.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            if not response.has_redirect_location:
                return await _body(response, _shown(url), options)
            location = location.join(response.headers["Location"])
        finally:
            await response.aclose()
    raise PhotoError(f"{_shown(url)}: redirects more than {MAX_REDIRECTS} times")


async def _body(response: httpx.Response, shown: str, options: PhotoOptions) -> bytes:
    status = response.status_code
    if status != 200:
        kind = PhotoUnreachable if status in (408, 425, 429) or status >= 500 else PhotoError
        raise kind(
            f"{shown}: HTTP {status} {response.reason_phrase}".rstrip()
            + "; open the address in a browser to see what is wrong with it"
        )
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > options.max_bytes:
        raise _too_big(shown, int(length), options)
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > options.max_bytes:
            raise _too_big(shown, len(data), options)
    return bytes(data)


def _from_file(source: str, options: PhotoOptions) -> bytes:
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            raise PhotoError(
                f"{source}: is a folder; name a photo in it, or convert the folder as a catalogue"
            )
        size = path.stat().st_size
        if size > options.max_bytes:
            raise _too_big(source, size, options)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PhotoError(f"{source}: no such file") from error
    except (OSError, ValueError) as error:
        raise PhotoError(f"{source}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _from_s3(url: str, options: PhotoOptions) -> bytes:
    import boto3  # takes half a second to import, and few photos need it
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    location = urlsplit(url)
    bucket, key = location.netloc, location.path.lstrip("/")
    if not bucket or not key:
        raise PhotoError(f"{url}: an s3 photo is s3://bucket/key")
    seconds = options.fetch_timeout_s
    try:
        s3: Any = boto3.client("s3", config=Config(connect_timeout=seconds, read_timeout=seconds))
        found = s3.get_object(Bucket=bucket, Key=key)
        if found["ContentLength"] > options.max_bytes:
            raise _too_big(url, found["ContentLength"], options)
        return bytes(found["Body"].read())
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        kind = PhotoUnreachable if status == 429 or status >= 500 else PhotoError
        raise kind(f"{url}: S3 says {code}; check the bucket, the key and the credentials") from error
    except BotoCoreError as error:
        raise PhotoUnreachable(f"{url}: S3 cannot be reached: {error}") from error


def _too_big(shown: str, size: int, options: PhotoOptions) -> PhotoError:
    return PhotoError(
        f"{shown}: {size:,} bytes or more, the limit is {options.max_bytes:,} (photo.max_bytes)"
    )


def _shown(source: str) -> str:
    """Return the source without secrets: a password, or a signature in the query."""
    if "://" not in source:
        return source
    location = urlsplit(source)
    return f"{location.scheme}://{location.netloc.rpartition('@')[2]}{location.path}" + (
        "?…" if location.query else ""
    )
