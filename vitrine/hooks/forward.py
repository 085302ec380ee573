"""Forward stored events once they are due, and make sure that each one starts a run.

What cannot be forwarded stays, and is tried again. Prefect accepts an event before it evaluates triggers, and
drops it from memory where its database is locked or its process ends: so an accepted event is kept until its
run is there.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Protocol

from vitrine.errors import LedgerError
from vitrine.hooks.event_store import EventStore
from vitrine.hooks.shop_event import SentEvent, StoredEvent

EVERY_S = 1.0
LONGEST_PAUSE_S = 30.0

logger = logging.getLogger(__name__)


class Scheduler(Protocol):
    """What takes events and starts runs: Prefect.

    Both methods raise `OSError` if it does not answer, and `ValueError` if it refuses this event.
    """

    async def send(self, stored: StoredEvent) -> datetime:
        """Send an event; return a time on the scheduler's clock that is older than any run of it."""
        ...

    async def ensure_run(self, sent: SentEvent) -> bool:
        """Start the run of an event if there is none; return whether it was missing."""
        ...


async def forward_due(store: EventStore, scheduler: Scheduler) -> int:
    """Forward what is due; return how many events. Raises what `send` raises, and `LedgerError`."""
    due = await asyncio.to_thread(store.due)
    for stored in due:
        try:
            since = await scheduler.send(stored)
        except ValueError as error:  # not the fault of the others, which must not wait for it
            await _put_off(store, stored, error)
        else:
            await asyncio.to_thread(store.sent, stored, since)
    return len(due)


async def check_sent(store: EventStore, scheduler: Scheduler) -> int:
    """Start the runs that are missing; return how many. Raises `OSError` and `LedgerError`."""
    missing = 0
    for sent in await asyncio.to_thread(store.to_check):
        try:
            was_missing = await scheduler.ensure_run(sent)
        except ValueError as error:
            await _put_off(store, sent, error)
            continue
        if was_missing:
            missing += 1
            logger.warning("%r: an event had started no run, now it has", sent.stored.event.product_id)
        await asyncio.to_thread(store.done, sent)
    return missing


async def _put_off(store: EventStore, one: StoredEvent | SentEvent, error: ValueError) -> None:
    event = one.event if isinstance(one, StoredEvent) else one.stored.event
    logger.error("%r: an event stays on disk, and is tried again in an hour: %s", event.product_id, error)
    await asyncio.to_thread(store.put_off, one)


async def forward_forever(store: EventStore, scheduler: Scheduler) -> None:
    """Forward events until cancelled; pauses grow while the scheduler does not answer."""
    pause_s = EVERY_S
    while True:
        try:
            await forward_due(store, scheduler)
            await check_sent(store, scheduler)
            pause_s = EVERY_S
        except (OSError, RuntimeError, LedgerError) as error:
            logger.warning("events wait on disk: %s", error)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        await asyncio.sleep(pause_s)
