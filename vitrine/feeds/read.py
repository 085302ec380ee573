"""Read a feed of any format as a whole."""

from __future__ import annotations

from pathlib import Path

from vitrine.errors import PhotoError
from vitrine.feeds.feed import Feed
from vitrine.feeds.open_feed import open_feed
from vitrine.feeds.stream import FeedStream
from vitrine.photos.decoding.file_signature import SUFFIXES, require_image
from vitrine.recipe import DEFAULT_FEED, FeedOptions


def read_feed(source: str | Path, options: FeedOptions = DEFAULT_FEED) -> Feed:
    """Read a shop's export, a table, JSON, XML, a product page, a folder or an s3 prefix; content decides.

    A bad line gives a finding with its position, `file:line`; the other lines are read. Of several products
    with one id the first is taken. Raises `FeedError` for a feed that cannot be read at all or has no line.
    """
    stream = FeedStream(open_feed(source, options), str(source), max_findings=None)
    products = tuple(stream)
    return Feed(products, stream.findings, stream.kind)


def is_photo(source: str) -> bool:
    """Whether a source is one photo rather than a feed: told by its URL, its suffix, or its content."""
    if source.lower().startswith("s3://"):
        bucket, _, key = source[5:].partition("/")
        return bool(bucket and key) and not key.endswith("/")
    if "://" in source:
        return True
    try:
        path = Path(source).expanduser()
        if path.suffix.lower() in SUFFIXES:
            return not path.is_dir()
        with path.open("rb") as file:
            require_image(file.read(64), source)
    except (OSError, RuntimeError, ValueError, PhotoError):  # `~somebody`, a name with NUL, too long a name
        return False
    return True
