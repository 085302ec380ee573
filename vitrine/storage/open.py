"""Open a bucket by its address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, Unpack
from urllib.parse import unquote, urlsplit

from vitrine.errors import ConfigError
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket


class S3Options(TypedDict, total=False):
    """The options of `S3Bucket`."""

    endpoint_url: str | None
    region: str | None
    access_key: str | None
    secret_key: str | None
    public_url: str | None


def open_bucket(ref: str, *, private: bool = False, **options: Unpack[S3Options]) -> Bucket:
    """Return the bucket at `ref`: a folder, a `file:` URL, or `s3://bucket/prefix` with its options.

    Only the owner may read the files of a `private` folder.

    Creates nothing and sends no request. Raises `ConfigError` for any other kind of address.
    """
    if not ref.strip():
        raise ConfigError("the bucket's address is empty: give a folder or s3://bucket/prefix")
    try:
        parts = urlsplit(ref)
    except ValueError as error:
        raise ConfigError(f"{ref} is not a bucket: {error}") from error
    if parts.scheme == "s3":
        from vitrine.storage.s3 import S3Bucket  # boto3 takes 0.3 s to import

        return S3Bucket(ref, **options)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return LocalBucket(Path(unquote(parts.path)), public_url=options.get("public_url"), private=private)
    if "://" in ref:
        raise ConfigError(
            f"{ref} is not a bucket: give a folder or s3://bucket/prefix, not {parts.scheme}://"
        )
    return LocalBucket(Path(ref), public_url=options.get("public_url"), private=private)


def open_destination(ref: str, env: Mapping[str, str] | None = None) -> Bucket:
    """Return the bucket at `ref` that is published to; `VITRINE_PUBLIC_URL` is where readers find it.

    Raises `ConfigError` as `open_bucket` does.
    """
    env = os.environ if env is None else env
    return open_bucket(ref, public_url=env.get("VITRINE_PUBLIC_URL") or None)
