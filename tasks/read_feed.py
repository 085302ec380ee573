"""Read the products of a feed."""

from __future__ import annotations

import asyncio

from tasks.policy import step
from vitrine.feeds import FeedStream, stream_feed
from vitrine.recipe import FeedOptions


@step()
async def read_feed(feed: str, options: FeedOptions) -> FeedStream:
    """Open a feed; its products are read while others are converted, and a bad line becomes a finding.

    Raises `FeedError` for a feed that cannot be read.
    """
    return await asyncio.to_thread(stream_feed, feed, options)
