"""Read products from feeds: CSV, JSON, Excel workbooks, or a folder of photos."""

from vitrine.feeds.feed import Feed
from vitrine.feeds.read import is_photo, read_feed

__all__ = ["Feed", "is_photo", "read_feed"]
