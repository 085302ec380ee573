"""Buying a model from the first of several accounts that takes the order, and never from two."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import ConfigError, InputError, NotSent, OptionRefused, ProviderBusy, ProviderRefused
from vitrine.ledger.accounts.breaker import Breaker, acquire_permission, breaker_of, record_result
from vitrine.ledger.accounts.fingerprints import is_own_purchase
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.models import Job, PhotoIdentity
from vitrine.models.order import Order
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.providers.http.response import MAX_RETRY_AFTER_S
from vitrine.providers.routing import Choice, Policy, route
from vitrine.purchasing.place_order import place_order
from vitrine.purchasing.request_key import request_keys_of
from vitrine.recipe import Generation

PhotoFor = Callable[[ImageTo3DProvider], Awaitable[PhotoUpload]]
"""Returns the photo as a provider takes it; raises `ConfigError` if it needs a URL and there is none."""
AcquireSlot = Callable[[ImageTo3DProvider], Awaitable[None]]
"""Returns once one more job may run at a provider."""
LinkEarlier = Callable[[Sequence[Order]], Sequence[str]]
"""Links orders to purchases of earlier releases; returns the PNGs by which those knew the photo."""


async def buy_model(
    accounts: Sequence[ImageTo3DProvider],
    photo: PhotoIdentity,
    generation: Generation,
    photo_for: PhotoFor,
    ledger: Ledger,
    *,
    policy: Policy = "cheapest",
    hosted: bool = True,
    attempt: int = 1,
    link_earlier: LinkEarlier | None = None,
    product: str = "",
    on_claimed: Callable[[Purchase], None] | None = None,
    acquire_slot: AcquireSlot | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Job:
    """Buy one generation from the best account that takes it; `job.provider` names the account.

    The next account is asked only if the one before explicitly refused, or could not be reached before
    anything was sent. A purchase that exists, or may exist, at one account stays there. Of several attempts
    the newest is wanted, `attempt` or later. `link_earlier` finds purchases of earlier releases. `on_claimed`
    is called before an order is sent.

    Raises what `place_order` raises; `InputError` if no account can make the model; the last refusal if none
    took the order.
    """
    orders = [order for account in accounts if (order := _order_at(account, photo, generation, attempt))]
    earlier_pngs = await asyncio.to_thread(link_earlier, orders) if link_earlier is not None else ()
    attempt = await asyncio.to_thread(ledger.latest_attempt, orders, attempt)
    orders = [order for account in accounts if (order := _order_at(account, photo, generation, attempt))]
    routes = await route(accounts, photo, generation, policy=policy, hosted=hosted, attempt=attempt)
    for name, why in routes.ruled_out.items():
        if len(accounts) > 1:
            log_progress(f"not from {name}: {why}")
    if not routes.choices:
        raise InputError("; ".join(routes.ruled_out.values()) or "there is no account to order from")
    request_keys = request_keys_of(photo, generation, attempt, accounts, earlier_pngs)
    existing = await asyncio.to_thread(_existing, ledger, request_keys, orders)
    choices = await asyncio.to_thread(_only_holder, ledger, existing, routes.choices)
    refusal: NotSent | None = None
    for choice in choices:
        name = choice.provider.name
        account = breaker_of(choice.provider, ledger)
        breaker = await asyncio.to_thread(acquire_permission, ledger, account) if existing is None else None
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
                request_keys=request_keys,
                on_claimed=on_claimed,
                clock=clock,
            )
        except NotSent as error:
            await asyncio.to_thread(record_result, ledger, account, error)
            refusal = error
            if choice is not choices[-1]:
                log_progress(f"not from {name}, the next account is asked: {error}")
        else:
            if not job.reused:
                await asyncio.to_thread(record_result, ledger, account, None)
            return job
    assert refusal is not None
    raise refusal


def _stopped(breaker: Breaker, ledger: Ledger) -> NotSent:
    if breaker.held or breaker.open_until is None:
        return ProviderRefused(
            f"{breaker.name} gets no orders until a person acts: {breaker.why}. "
            f"Then `vitrine ledger accounts --reopen {breaker.name}`",
            status=402,
        )
    return ProviderBusy(
        f"{breaker.name} gets no orders until {breaker.open_until:%H:%M:%S} UTC: {breaker.why}",
        retry_after_s=min(max((breaker.open_until - ledger.now()).total_seconds(), 0.0), MAX_RETRY_AFTER_S),
    )


def _order_at(
    account: ImageTo3DProvider, photo: PhotoIdentity, generation: Generation, attempt: int
) -> Order | None:
    try:
        return account.order(photo, generation, attempt=attempt)
    except OptionRefused:
        return None


def _existing(ledger: Ledger, request_keys: Sequence[str], orders: Sequence[Order]) -> Purchase | None:
    """Return the purchase for this request, or for one of its orders if fewer accounts were named then."""
    by_request = ledger.find_by_request(request_keys)
    if by_request is not None:
        return by_request
    for order in orders:
        purchase = ledger.find_order(order)
        if purchase is not None and purchase.state != "refused":
            ledger.link(order, purchase.key, request_keys)
            return purchase
    return None


def _only_holder(
    ledger: Ledger, existing: Purchase | None, choices: tuple[Choice, ...]
) -> tuple[Choice, ...]:
    """Return only the account that has the existing purchase, if one has; else all.

    Of several accounts of one provider, it is the one with the purchase's key.
    """
    if existing is None:
        return choices
    found = [(choice, ledger.find_order(choice.order)) for choice in choices]
    holders = [choice for choice, purchase in found if purchase and purchase.key == existing.key]
    own = [choice for choice in holders if is_own_purchase(ledger, existing, choice.provider)]
    return tuple((own or holders)[:1]) or choices
