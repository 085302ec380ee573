"""Fetch a photo: from a path, an http(s) URL or an s3 URL."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from vitrine.errors import PhotoError, PhotoUnreachable, Refused
from vitrine.fetching.body import IDENTITY, BodyRefused, BodyTooLarge, read_body
from vitrine.fetching.hidden import reveal
from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.redact import redact
from vitrine.fetching.transport import GuardedTransport
from vitrine.photos.decoding.file_signature import require_image
from vitrine.recipe import PhotoOptions

HEADERS = {"User-Agent": "vitrine", "Accept": "image/*", **IDENTITY}
MAX_REDIRECTS = 5


async def fetch_photo(
    source: str,
    options: PhotoOptions,
    *,
    policy: FetchPolicy | None = None,
    client: httpx.AsyncClient | None = None,
) -> bytes:
    """Return the bytes of `source`, at most `options.max_bytes`, checked to have an image file's signature.

    A URL is fetched from the hosts that `policy` allows, by default that of the environment. Of `client` only
    the connections are used: its headers, cookies and credentials are not sent. Raises `PhotoUnreachable`
    where a retry may help, `PhotoError` for everything else.
    """
    source = reveal(source)
    try:
        scheme = urlsplit(source).scheme.lower() if "://" in source else ""
    except ValueError as error:
        raise PhotoError(f"{redact(source)}: not a usable URL: {error}") from error
    if scheme in ("http", "https"):
        data = await _from_web(source, options, policy or FetchPolicy.from_env(), client)
    elif scheme == "s3":
        data = await asyncio.to_thread(_from_s3, source, options)
    elif scheme == "":
        data = await asyncio.to_thread(_from_file, source, options)
    else:
        raise PhotoError(
            f"{redact(source)}: {scheme}:// is not read; give a path, an http(s) URL or an s3 URL"
        )
    require_image(data, redact(source))
    return data


async def _from_web(
    url: str, options: PhotoOptions, policy: FetchPolicy, client: httpx.AsyncClient | None
) -> bytes:
    shown = redact(url)
    try:
        async with asyncio.timeout(options.fetch_timeout_s):
            if client is not None:
                return await _download(url, options, policy, client)
            async with httpx.AsyncClient(transport=GuardedTransport(policy)) as own:
                return await _download(url, options, policy, own)
    except Refused as error:
        raise PhotoError(f"{shown}: {error}") from error
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


async def _download(url: str, options: PhotoOptions, policy: FetchPolicy, client: httpx.AsyncClient) -> bytes:
    """Follow redirects here: requests that the client builds would carry its headers and cookies."""
    timeout = httpx.Timeout(options.fetch_timeout_s).as_dict()
    location = httpx.URL(url)
    for _ in range(MAX_REDIRECTS + 1):
        if location.scheme not in ("http", "https"):
            raise PhotoError(f"{redact(url)}: redirects to {location.scheme}://, which is not followed")
        policy.check_url(str(location))
        request = httpx.Request("GET", location, headers=HEADERS, extensions={"timeout": timeout})
        response = await client.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            if not response.has_redirect_location:
                return await _body(response, redact(url), options)
            location = location.join(response.headers["Location"])
        finally:
            await response.aclose()
    raise PhotoError(f"{redact(url)}: redirects more than {MAX_REDIRECTS} times")


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
    try:
        return await read_body(response, options.max_bytes)
    except BodyTooLarge as error:
        raise _too_big(shown, options.max_bytes + 1, options) from error
    except BodyRefused as error:
        raise PhotoError(f"{shown}: {error}") from error


def _from_file(source: str, options: PhotoOptions) -> bytes:
    path = Path(os.path.expanduser(source))  # noqa: PTH111  # `Path.expanduser` raises for an unknown user
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
        raise PhotoError(f"{redact(url)}: an s3 photo is s3://bucket/key")
    seconds = options.fetch_timeout_s
    try:
        s3: Any = boto3.client("s3", config=Config(connect_timeout=seconds, read_timeout=seconds))
        found = s3.get_object(Bucket=bucket, Key=key)
        if found["ContentLength"] > options.max_bytes:
            raise _too_big(redact(url), found["ContentLength"], options)
        return bytes(found["Body"].read())
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        kind = PhotoUnreachable if status == 429 or status >= 500 else PhotoError
        raise kind(f"{redact(url)}: S3 says {code}; check the bucket, the key and the credentials") from error
    except BotoCoreError as error:
        raise PhotoUnreachable(f"{redact(url)}: S3 cannot be reached: {error}") from error


def _too_big(shown: str, size: int, options: PhotoOptions) -> PhotoError:
    return PhotoError(
        f"{shown}: {size:,} bytes or more, the limit is {options.max_bytes:,} (photo.max_bytes)"
    )
