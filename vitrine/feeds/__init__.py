"""Feed file to products."""

from vitrine.feeds.feed import Feed
from vitrine.feeds.read import read_feed

__all__ = ["Feed", "read_feed"]
