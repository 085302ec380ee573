"""Find out, before anything is bought, whether a bucket takes what will be published."""

from __future__ import annotations

import secrets
import time

import httpx

from vitrine.errors import ConfigError, NotFound, StorageError
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket

TEXT = "text/plain; charset=utf-8"
READS = 6
"""How often an object is read that was just written: some servers and CDNs need a moment."""
PAUSE_S = 1.0
TIMEOUT_S = 15.0


def check_bucket(bucket: Bucket, *, public: bool = True) -> None:
    """Write, find, list, read and delete one small object; with `public`, also read it as a reader does.

    Readers use the object's http(s) URL, without credentials; a folder that is not served has none. Raises
    `ConfigError` or `StorageError` with what failed and what to do.
    """
    name = f"vitrine-check-{secrets.token_hex(8)}"
    key, body = f"{name}.txt", name.encode()
    is_folder = isinstance(bucket, LocalBucket)
    try:
        bucket.put(key, body, media_type=TEXT, cache_control="no-store")
        try:
            _read_back(bucket, key, body)
            bucket.head(f"{name}-absent.txt")  # a key without the right to list gets 403 here
            list(bucket.list(name))
            if public and (url := bucket.url(key)).startswith(("http://", "https://")):
                _read_as_public(url, body)
        finally:
            bucket.delete(key)
    except (ConfigError, StorageError) as error:
        # A folder that takes nothing is a wrong setting; a server may take it the next time.
        kind = StorageError if isinstance(error, StorageError) and not is_folder else ConfigError
        raise kind(f"cannot publish to {bucket.root}, so nothing is bought: {error}") from error


def _read_back(bucket: Bucket, key: str, body: bytes) -> None:
    for attempt in range(READS):
        if attempt:
            time.sleep(PAUSE_S)
        try:
            found = bucket.get(key)
        except NotFound:
            continue
        if found != body:
            raise StorageError(f"{key} holds {len(found)} bytes other than the {len(body)} that were written")
        return
    raise StorageError(f"{key} was written, and cannot be found {(READS - 1) * PAUSE_S:.0f} s later")


def _read_as_public(url: str, body: bytes) -> None:
    said = ""
    with httpx.Client(timeout=TIMEOUT_S, follow_redirects=True) as client:
        for attempt in range(READS):
            if attempt:
                time.sleep(PAUSE_S)
            try:
                response = client.get(url)
            except httpx.HTTPError as error:
                said = f"{type(error).__name__}: {error}"
                continue
            if response.status_code == 200 and response.content == body:
                return
            said = f"HTTP {response.status_code}"
            if response.status_code == 200:
                said += " with another content than was written"
            if response.status_code in (401, 403):
                break
    raise ConfigError(
        f"readers cannot open what is published there: {url} answers {said}. Make it readable, or set "
        "VITRINE_PUBLIC_URL (a block's public_url) to the URL at which readers find it; "
        "VITRINE_CHECK_PUBLIC_URL=off leaves this check out"
    )
