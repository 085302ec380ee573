"""Read products from feeds: CSV, JSON, Excel workbooks, or a folder of photos."""

from vitrine.feeds.feed import Feed
from vitrine.feeds.read import read_feed

__all__ = ["Feed", "read_feed"]
