"""Buying a model from the first of several accounts that takes the order, and never from two."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import ConfigError, InputError, NotSent, ProviderBusy, ProviderRefused
from vitrine.ledger.breaker import Breaker, acquire_permission, record_result
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.models import Blob, Job
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.providers.routing import Choice, Policy, route
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation

PhotoFor = Callable[[ImageTo3DProvider], Awaitable[PhotoUpload]]
"""Returns the photo as a provider takes it; raises `ConfigError` if it needs a URL and there is none."""
AcquireSlot = Callable[[ImageTo3DProvider], Awaitable[None]]
"""Returns once one more job may run at a provider."""


def request_key_of(
    photo: Blob, generation: Generation, attempt: int, accounts: Sequence[ImageTo3DProvider]
) -> str:
    """Return the key of a request for a model: equal requests to the same accounts are bought once.

    Other accounts do not count: a model from the sandbox is no reason not to buy the real one.
    """
    names = sorted(account.name for account in accounts)
    request = [photo.sha256, generation.model_dump(mode="json"), attempt, names]
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


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
    on_claimed: Callable[[Purchase], None] | None = None,
    acquire_slot: AcquireSlot | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Job:
    """Buy one generation from the best account that takes it; `job.provider` names the account.

    The next account is asked only if the one before explicitly refused, or could not be reached before
    anything was sent. A purchase that exists, or may exist, at one account stays there. `on_claimed` is
    called before an order is sent.

    Raises what `place_order` raises; `InputError` if no account can make the model; the last refusal if none
    took the order.
    """
    routes = await route(accounts, photo, generation, policy=policy, hosted=hosted, attempt=attempt)
    for name, why in routes.ruled_out.items():
        if len(accounts) > 1:
            log_progress(f"not from {name}: {why}")
    if not routes.choices:
        raise InputError("; ".join(routes.ruled_out.values()) or "there is no account to order from")
    request_key = request_key_of(photo, generation, attempt, accounts)
    existing = await asyncio.to_thread(_existing, ledger, request_key, routes.choices)
    choices = _only_holder(routes.choices, existing)
    refusal: NotSent | None = None
    for choice in choices:
        name = choice.provider.name
        breaker = await asyncio.to_thread(acquire_permission, ledger, name) if existing is None else None
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
        if acquire_slot is not None and not (existing is not None and existing.state == "fetched"):
            await acquire_slot(choice.provider)
        try:
            job = await place_order(
                choice.order,
                upload,
                choice.provider,
                ledger,
                product=product,
                request_key=request_key,
                on_claimed=on_claimed,
                clock=clock,
            )
        except NotSent as error:
            await asyncio.to_thread(record_result, ledger, name, error)
            refusal = error
            if choice is not choices[-1]:
                log_progress(f"not from {name}, the next account is asked: {error}")
        else:
            if not job.reused:
                await asyncio.to_thread(record_result, ledger, name, None)
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


def _existing(ledger: Ledger, request_key: str, choices: tuple[Choice, ...]) -> Purchase | None:
    """Return the purchase for this request, or for one of its orders if fewer accounts were named then."""
    purchases = (ledger.get(choice.order.key) for choice in choices)
    by_order = (purchase for purchase in purchases if purchase and purchase.state != "refused")
    return ledger.find_by_request_key(request_key) or next(by_order, None)


def _only_holder(choices: tuple[Choice, ...], existing: Purchase | None) -> tuple[Choice, ...]:
    """Return only the account that has the existing purchase, if one has; else all."""
    holders = tuple(choice for choice in choices if existing is not None and choice.order.key == existing.key)
    return holders or choices
