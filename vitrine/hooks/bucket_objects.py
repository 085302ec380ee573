"""From a bucket's notification to events: a photo that was put there is a product named after it.

Amazon S3 by EventBridge or SNS (https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html),
Cloudflare R2 by a queue (https://developers.cloudflare.com/r2/buckets/event-notifications/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote_plus

from vitrine.hooks.shop_event import ShopEvent
from vitrine.json_text import parse_json
from vitrine.models import Product
from vitrine.photos.decoding.file_signature import SUFFIXES

R2_CREATED = ("PutObject", "CopyObject", "CompleteMultipartUpload")


def bucket_events(body: Mapping[str, Any]) -> list[ShopEvent]:
    """Return an event for each photo that a notification names; nothing for other objects and actions."""
    return [event for bucket, key in _objects(body) if (event := _event(bucket, key)) is not None]


def _objects(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if body.get("Type") == "Notification" and isinstance(body.get("Message"), str):
        yield from _objects(parse_json(body["Message"]))
    for record in body.get("Records") or ():  # S3, as SNS and SQS have it: its keys are URL-encoded
        if str(record.get("eventName", "")).startswith("ObjectCreated"):
            yield record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    if body.get("detail-type") == "Object Created":
        yield body["detail"]["bucket"]["name"], body["detail"]["object"]["key"]
    if body.get("action") in R2_CREATED:
        yield body["bucket"], body["object"]["key"]
    for message in body.get("messages") or ():  # a batch of an R2 queue
        yield from _objects(message.get("body") or {})


def _event(bucket: str, key: str) -> ShopEvent | None:
    if PurePosixPath(key).suffix.lower() not in SUFFIXES:
        return None
    stem = PurePosixPath(key).stem
    product = Product(
        id=stem[:200],
        title=re.sub(r"[-_]+", " ", stem).strip().capitalize(),
        photos=(f"s3://{bucket}/{key}",),
    )
    return ShopEvent(
        kind="updated",
        product_id=product.id,
        payload=product.model_dump(mode="json", exclude_none=True),
    )
