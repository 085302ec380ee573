"""Read a prefix of an S3 bucket: each photo is a product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from vitrine.errors import ConfigError, FeedError, StorageError
from vitrine.feeds.feed import Entry, Opened, entry
from vitrine.feeds.formats.photo_groups import group_photos, products_of
from vitrine.photos.decoding.file_signature import SUFFIXES
from vitrine.plain_text import count_of
from vitrine.storage.bucket import Bucket
from vitrine.storage.open import open_bucket

KIND = "photos in a bucket"
MAX_PHOTOS = 200_000


def open_s3_prefix(source: str) -> Opened:
    """Return a product for each photo at `s3://bucket/prefix`. Raises `FeedError` where there is none.

    A photo is known by its suffix; objects below the prefix in further folders are not read.
    """
    return Opened(KIND, iter(list(_entries(open_bucket(source), source))))


def _entries(bucket: Bucket, source: str) -> Iterator[Entry]:
    root = source.rstrip("/")
    names: list[str] = []
    others: list[str] = []
    try:
        for info in bucket.list():
            is_photo = PurePosixPath(info.key).suffix.lower() in SUFFIXES and "/" not in info.key
            (names if is_photo else others).append(info.key)
            if len(names) > MAX_PHOTOS:
                raise FeedError(f"{source}: more than {MAX_PHOTOS:,} photos; give a longer prefix")
    except (ConfigError, StorageError) as error:
        raise FeedError(f"{source}: cannot be listed: {error}") from error
    if not names:
        raise FeedError(
            f"{source}: no photos among its {count_of(len(others), 'object')}; "
            f"give {', '.join(sorted(SUFFIXES))} files"
        )
    for name in others:
        reason = "in a further folder" if "/" in name else "no photo by its suffix"
        yield entry("FILE_LEFT_OUT", f"{name} is not read: {reason}", name)
    yield from products_of(group_photos(sorted(names)), lambda name: f"{root}/{name}")
