"""Read products from feeds: exports of shops, tables, JSON, XML, product pages, or folders of photos."""

from vitrine.feeds.feed import Feed
from vitrine.feeds.read import is_photo, read_feed
from vitrine.feeds.stream import FeedStream, stream_feed

__all__ = ["Feed", "FeedStream", "is_photo", "read_feed", "stream_feed"]
