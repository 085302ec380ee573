"""Forward stored events once they are due; what cannot be forwarded stays, and is tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from vitrine.errors import LedgerError
from vitrine.hooks.event_store import EventStore
from vitrine.hooks.shop_event import ShopEvent

EVERY_S = 1.0
LONGEST_PAUSE_S = 30.0

logger = logging.getLogger(__name__)
Send = Callable[[ShopEvent, int], Awaitable[None]]
"""Raises `OSError` or `RuntimeError` if Prefect did not take the event."""


async def forward_due(store: EventStore, send: Send) -> int:
    """Forward what is due; return how many events. Raises what `send` raises, and `LedgerError`."""
    due = await asyncio.to_thread(store.due)
    for event, number in due:
        await send(event, number)
        await asyncio.to_thread(store.done, event, number)
    return len(due)


async def forward_forever(store: EventStore, send: Send) -> None:
    """Forward events until cancelled; pauses grow while Prefect does not answer."""
    pause_s = EVERY_S
    while True:
        try:
            await forward_due(store, send)
            pause_s = EVERY_S
        except (OSError, RuntimeError, LedgerError) as error:
            logger.warning("events wait on disk: %s", error)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        await asyncio.sleep(pause_s)
