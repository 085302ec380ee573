"""Find out what an S3 server really does: servers exist that refuse conditions, or take and ignore them."""

from __future__ import annotations

import secrets
from typing import Any

from botocore.exceptions import ClientError

from vitrine.record import Record
from vitrine.storage.s3_errors import status_of

NO_OBJECT_HAS_IT = '"00000000000000000000000000000000"'
"""An ETag for If-Match, which a server that compares ETags refuses."""
TEXT = "text/plain; charset=utf-8"
HASH = "0" * 64


class Features(Record):
    """What a server was seen to do with one small object."""

    if_absent: bool
    """Whether If-None-Match keeps an object from being overwritten."""
    if_match: bool
    """Whether If-Match keeps an object with another ETag from being overwritten."""
    metadata: bool
    """Whether it takes user metadata."""
    media_type: bool
    """Whether it answers with the Content-Type that was written."""


def probe(client: Any, bucket: str, prefix: str) -> Features:
    """Write, overwrite, read and delete one small object below `prefix`.

    Raises botocore's errors when the object cannot be written or read.
    """
    at = {"Bucket": bucket, "Key": f"{prefix}vitrine-probe-{secrets.token_hex(8)}.txt"}
    content = {"Body": b"vitrine", "ContentType": TEXT, "CacheControl": "no-store"}
    metadata = True
    try:
        client.put_object(**at, **content, Metadata={"sha256": HASH})
    except ClientError as error:
        if status_of(error) not in (400, 501):
            raise
        client.put_object(**at, **content)
        metadata = False
    try:
        return Features(
            if_absent=_refuses(client, {**at, **content, "IfNoneMatch": "*"}),
            if_match=_refuses(client, {**at, **content, "IfMatch": NO_OBJECT_HAS_IT}),
            metadata=metadata,
            media_type=_keeps_media_type(client, at),
        )
    finally:
        client.delete_object(**at)


def _keeps_media_type(client: Any, at: dict[str, str]) -> bool:
    try:
        return bool(client.head_object(**at).get("ContentType") == TEXT)
    except ClientError as error:
        if status_of(error) != 404:
            raise
        return True  # not readable yet: nothing is known


def _refuses(client: Any, request: dict[str, Any]) -> bool:
    """Whether a write is refused whose condition does not hold."""
    try:
        client.put_object(**request)
    except ClientError as error:
        if status_of(error) in (409, 412):
            return True
        if status_of(error) in (400, 501):  # it has no such condition
            return False
        raise
    return False
