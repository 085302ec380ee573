"""Read the products of a feed."""

from __future__ import annotations

import asyncio

from tasks.policy import step
from vitrine import feeds
from vitrine.feeds import Feed


@step()
async def read_feed(feed: str) -> Feed:
    """Read a feed; a bad line becomes a finding. Raises `FeedError` for a feed that cannot be read."""
    return await asyncio.to_thread(feeds.read_feed, feed)
