"""A bucket on a server with the S3 protocol: AWS, R2, MinIO, Ceph, Swift, …"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import boto3
from botocore.client import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)

from vitrine.errors import ConditionUnsupported, ConfigError, StorageError
from vitrine.models import Blob
from vitrine.storage.bucket import SHORT, ObjectInfo
from vitrine.storage.keys import check_key, media_type_of
from vitrine.storage.own_writes import OwnWrites
from vitrine.storage.s3_errors import explain, may_have_arrived, status_of, translate_errors
from vitrine.storage.s3_features import Features, probe
from vitrine.storage.s3_multipart import put_in_parts

logger = logging.getLogger(__name__)

PRESIGNED_MAX_S = 7 * 24 * 3600
"""Longest lifetime of a presigned URL, signature version 4 (AWS, "Sharing objects with presigned URLs")."""

READS = 3

_FEATURES: dict[tuple[str, str, str], Features] = {}
"""(endpoint, bucket, prefix) -> what the server was seen to do."""
_WRITES: dict[tuple[str, str, str], OwnWrites] = {}
"""(endpoint, bucket, prefix) -> what this process has written there."""


class S3Bucket:
    """A bucket on S3, and a prefix in it.

    Credentials are `access_key` and `secret_key`, or else those that boto3 finds (environment, profile,
    role). ETags are without quotes. Thread-safe.
    """

    def __init__(
        self,
        url: str,
        *,
        endpoint_url: str | None = None,
        region: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        public_url: str | None = None,
        part_bytes: int = 64 << 20,
        writes: OwnWrites | None = None,
    ) -> None:
        """Open `s3://bucket/prefix`.

        `public_url` is the URL of the prefix for readers, a CDN for instance. An object larger than
        `part_bytes` is uploaded in parts. `writes` are those that the server may show late; by default all
        buckets of one place in a process share them. Raises `ConfigError` for a malformed address or half a
        credential.
        """
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
            raise ConfigError(f"{url!r} is not an S3 address: write s3://bucket/prefix")
        if (access_key is None) != (secret_key is None):
            raise ConfigError(f"{url}: give both access_key and secret_key, or neither")
        self.bucket = parts.netloc
        prefix = parts.path.strip("/")
        try:
            self.prefix = f"{check_key(prefix)}/" if prefix else ""
        except StorageError as error:
            raise ConfigError(f"{url!r} has an invalid prefix: {error}") from error
        self.root = f"s3://{self.bucket}/{prefix}".rstrip("/")
        self.public_url = public_url.rstrip("/") if public_url else None
        self.part_bytes = part_bytes
        self._probing = threading.Lock()
        with translate_errors("opening", self.root, endpoint_url or "AWS"):
            try:
                session = boto3.session.Session(
                    aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region
                )
                self._client: Any = session.client(
                    "s3",
                    endpoint_url=endpoint_url,
                    region_name=session.region_name or "us-east-1",
                    config=Config(
                        signature_version="s3v4",
                        # Servers other than AWS refuse checksum trailers (411, 501).
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                        s3={"addressing_style": "path"} if endpoint_url else {},
                        retries={"mode": "standard", "total_max_attempts": 3},
                        connect_timeout=10,
                        read_timeout=60,
                        max_pool_connections=32,
                    ),
                )
            except ValueError as error:
                raise ConfigError(f"{url}: {error}") from error
        self.endpoint: str = self._client.meta.endpoint_url
        self._writes = writes or _WRITES.setdefault((self.endpoint, self.bucket, self.prefix), OwnWrites())

    def head(self, key: str) -> ObjectInfo | None:
        """Return an object's metadata, or `None`; with its SHA-256 when `put` has written it."""

        def ask() -> tuple[str | None, ObjectInfo | None]:
            info = self._head(key)
            return (info.etag if info else None), info

        return self._writes.ask(key, ask)

    def _head(self, key: str) -> ObjectInfo | None:
        try:
            response = self._client.head_object(**self._at(key))
        except (BotoCoreError, ClientError) as error:
            if status_of(error) == 404:
                return None
            raise explain(error, f"looking for {key}", self.root, self.endpoint) from error
        return ObjectInfo(
            key=key,
            size_bytes=response["ContentLength"],
            etag=_unquote(response["ETag"]),
            media_type=response.get("ContentType") or media_type_of(key),
            sha256=response.get("Metadata", {}).get("sha256"),
        )

    def get(self, key: str) -> bytes:
        """Return an object's content; a body that breaks off is asked for again. Raises `NotFound`."""

        def ask() -> tuple[str, bytes]:
            with translate_errors(f"reading {key}", self.root, self.endpoint):
                for _ in range(READS - 1):
                    with suppress(ResponseStreamingError, IncompleteReadError):
                        return self._read(key)
                return self._read(key)

        return self._writes.ask(key, ask)

    def _read(self, key: str) -> tuple[str, bytes]:
        response = self._client.get_object(**self._at(key))
        return _unquote(response["ETag"]), response["Body"].read()

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        media_type: str,
        cache_control: str = SHORT,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        blob = Blob.of(body, media_type)
        sha256, size_bytes = blob.sha256, blob.size_bytes
        is_conditional = if_absent or if_match is not None
        if is_conditional:
            self._require_conditions(key, if_absent, if_match)
        headers: dict[str, Any] = {**self._at(key), "ContentType": media_type, "CacheControl": cache_control}
        if self._takes_metadata():
            headers["Metadata"] = {"sha256": sha256}
        condition = {"IfNoneMatch": "*"} if if_absent else {}
        if if_match is not None:
            condition["IfMatch"] = f'"{if_match}"'
        with translate_errors(f"writing {key}", self.root, self.endpoint):
            try:
                etag = self._send(headers, condition, body, size_bytes)
            except (ClientError, HTTPClientError) as error:
                if status_of(error) == 412:
                    self._writes.refused(key, if_match)
                own = (
                    self._own_write(key, sha256, size_bytes)
                    if is_conditional and may_have_arrived(error)
                    else None
                )
                if own is not None:
                    etag = own.etag
                elif if_match is None or status_of(error) != 412 or not self._holds(key, if_match):
                    raise
                else:  # Ceph compares the ETag as text and wants it without quotes
                    etag = self._send(headers, {**condition, "IfMatch": if_match}, body, size_bytes)
        self._writes.written(key, etag)
        return ObjectInfo(key=key, size_bytes=size_bytes, etag=etag, media_type=media_type, sha256=sha256)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Yield every object whose key starts with `prefix`; media types by suffix, no hashes."""
        with translate_errors(f"listing {prefix or 'everything'}", self.root, self.endpoint):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for item in page.get("Contents", ()):
                    key = item["Key"][len(self.prefix) :]
                    yield ObjectInfo(
                        key=key,
                        size_bytes=item["Size"],
                        etag=_unquote(item["ETag"]),
                        media_type=media_type_of(key),
                        modified_at=item["LastModified"],
                    )

    def delete(self, key: str) -> None:
        """Delete an object; a key without one is no error."""
        with translate_errors(f"deleting {key}", self.root, self.endpoint):
            self._client.delete_object(**self._at(key))
        self._writes.deleted(key)

    def url(self, key: str, *, expires_s: int | None = None) -> str:
        at = self._at(key)
        if expires_s is None:
            base = self.public_url or f"{self.endpoint}/{self.bucket}/{self.prefix}".rstrip("/")
            return f"{base}/{quote(key)}"
        if not 0 < expires_s <= PRESIGNED_MAX_S:
            raise ConfigError(
                f"a presigned URL is valid for at most {PRESIGNED_MAX_S} s (7 days), not {expires_s} s"
            )
        with translate_errors(f"signing a URL of {key}", self.root, self.endpoint):
            signed: str = self._client.generate_presigned_url("get_object", Params=at, ExpiresIn=expires_s)
        return signed

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + check_key(key)}

    def features(self) -> Features:
        """Return what the server does with conditions and metadata; once in a process it is tried out.

        Raises `ConfigError` or `StorageError` when nothing can be written, read or deleted.
        """
        with self._probing:
            place = (self.endpoint, self.bucket, self.prefix)
            if place not in _FEATURES:
                with translate_errors("trying out a write", self.root, self.endpoint):
                    features = probe(self._client, self.bucket, self.prefix)
                _FEATURES[place] = features
                if not features.media_type:
                    logger.warning(
                        "%s: the server at %s answers with another Content-Type than was written, so "
                        "browsers may refuse scripts and models: set the types there, or at its CDN",
                        self.root,
                        self.endpoint,
                    )
            return _FEATURES[place]

    def _require_conditions(self, key: str, if_absent: bool, if_match: str | None) -> None:
        features = self.features()
        missing = [
            name
            for name, wanted, kept in (
                ("If-None-Match", if_absent, features.if_absent),
                ("If-Match", if_match is not None, features.if_match),
            )
            if wanted and not kept
        ]
        if missing:
            raise ConditionUnsupported(
                f"writing {key} in {self.root}: the server at {self.endpoint} does not heed the condition "
                f"{missing[0]}"
            )

    def _takes_metadata(self) -> bool:
        known = _FEATURES.get((self.endpoint, self.bucket, self.prefix))
        return known is None or known.metadata

    def _own_write(self, key: str, sha256: str, size_bytes: int) -> ObjectInfo | None:
        """Return the object if it has this content: the write arrived, and only its answer was lost."""
        existing = self.head(key)
        if existing is None or existing.size_bytes != size_bytes:
            return None
        found = existing.sha256 or hashlib.sha256(self.get(key)).hexdigest()
        return existing if found == sha256 else None

    def _holds(self, key: str, etag: str) -> bool:
        existing = self._head(key)
        return existing is not None and existing.etag == etag

    def _send(
        self, headers: dict[str, Any], condition: dict[str, str], body: bytes | Path, size_bytes: int
    ) -> str:
        """Upload an object in one request or in parts; return its ETag."""
        if size_bytes > self.part_bytes:
            return _unquote(put_in_parts(self._client, headers, condition, body, self.part_bytes))
        data = body.read_bytes() if isinstance(body, Path) else body
        return _unquote(self._client.put_object(**headers, **condition, Body=data)["ETag"])


def _unquote(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')
