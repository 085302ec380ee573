"""Buying from the first of several accounts that takes the order; never from two."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import ConfigError, InputError, NotSent, ProviderBusy, ProviderRefused
from vitrine.ledger.breaker import Breaker, admit, record
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.models import Blob, Job
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.providers.routing import Choice, Policy, route
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation

PhotoFor = Callable[[ImageTo3DProvider], Awaitable[PhotoUpload]]
"""The photo as an account wants it; `ConfigError` where there is no URL for one that needs it."""
PlaceAt = Callable[[ImageTo3DProvider], Awaitable[None]]
"""Returns when there is room for one more job at an account."""


def request_key_of(
    photo: Blob, generation: Generation, attempt: int, accounts: Sequence[ImageTo3DProvider]
) -> str:
    """What is wanted of these accounts, whichever makes it: equal wishes are bought once, at one of them.

    Accounts that were not named do not count: what the sandbox made is no reason not to buy the real thing.
    """
    names = sorted(account.name for account in accounts)
    said = [photo.sha256, generation.model_dump(mode="json"), attempt, names]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


async def buy_model(
    accounts: Sequence[ImageTo3DProvider],
    photo: Blob,
    generation: Generation,
    photo_for: PhotoFor,
    ledger: Ledger,
    *,
    policy: Policy = "cheapest",
    hosted: bool = True,
    attempt: int = 1,
    product: str = "",
    claimed: Callable[[Purchase], None] | None = None,
    place_at: PlaceAt | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Job:
    """Buy one generation from the best account that takes it; `job.provider` says which.

    The next account is asked only when the one before explicitly refused, or could not be reached before
    anything was sent; a purchase at one of them that is alive, or may be, stays there. Raises what `buy`
    raises; `InputError` when no account can do it, and the last refusal when none did.
    """
    routes = await route(accounts, photo, generation, policy=policy, hosted=hosted, attempt=attempt)
    for name, why in routes.ruled_out.items():
        if len(accounts) > 1:
            log_progress(f"not from {name}: {why}")
    if not routes.choices:
        raise InputError("; ".join(routes.ruled_out.values()) or "there is no account to order from")
    request_key = request_key_of(photo, generation, attempt, accounts)
    there = await asyncio.to_thread(_there, ledger, request_key, routes.choices)
    choices = _sticking(routes.choices, there)
    refusal: NotSent | None = None
    for choice in choices:
        name = choice.provider.name
        breaker = await asyncio.to_thread(admit, ledger, name) if there is None else None
        if breaker is not None:
            refusal = _stopped(breaker, ledger)
            log_progress(str(refusal))
            continue
        try:
            upload = await photo_for(choice.provider)
        except ConfigError as error:
            if choice is choices[-1] and refusal is None:
                raise
            log_progress(f"not from {name}: {error}")
            continue
        if place_at is not None and not (there is not None and there.state == "fetched"):
            await place_at(choice.provider)
        try:
            job = await place_order(
                choice.order,
                upload,
                choice.provider,
                ledger,
                product=product,
                request_key=request_key,
                claimed=claimed,
                clock=clock,
            )
        except NotSent as error:
            await asyncio.to_thread(record, ledger, name, error)
            refusal = error
            if choice is not choices[-1]:
                log_progress(f"not from {name}, the next account is asked: {error}")
        else:
            if not job.reused:
                await asyncio.to_thread(record, ledger, name, None)
            return job
    assert refusal is not None
    raise refusal


def _stopped(breaker: Breaker, ledger: Ledger) -> NotSent:
    if breaker.held or breaker.open_until is None:
        return ProviderRefused(
            f"{breaker.account} gets no orders until a person acts: {breaker.why}. "
            f"Then `vitrine ledger accounts --reopen {breaker.account}`",
            status=402,
        )
    return ProviderBusy(
        f"{breaker.account} gets no orders until {breaker.open_until:%H:%M:%S} UTC: {breaker.why}",
        retry_after_s=(breaker.open_until - ledger.now()).total_seconds(),
    )


def _there(ledger: Ledger, request_key: str, choices: tuple[Choice, ...]) -> Purchase | None:
    """The purchase that stands for this request, or for one of its orders when fewer accounts were named."""
    before = (ledger.get(choice.order.key) for choice in choices)
    return ledger.find_by_request_key(request_key) or next(
        (p for p in before if p and p.state != "refused"), None
    )


def _sticking(choices: tuple[Choice, ...], there: Purchase | None) -> tuple[Choice, ...]:
    """Only the account that has this request_key in hand, if one has."""
    holders = tuple(choice for choice in choices if there is not None and choice.order.key == there.key)
    return holders or choices
