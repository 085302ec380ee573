"""Buying one generation, once: claim, intent on disk, POST, receipt."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from vitrine.errors import InputError, JobExpired, JobFailed, NotSent, PurchaseHeld
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import WITH_RECEIPT, Purchase
from vitrine.ledger.reconcile import reconcile
from vitrine.models import Job, Order
from vitrine.progress import say
from vitrine.providers.base import Generator, Picture
from vitrine.providers.clock import SYSTEM_CLOCK, Clock

PATIENCE_S = 240.0
"""How long to wait for another process that is ordering the same thing: longer than an order may take."""
LOOK_AGAIN_S = 0.5


async def buy(
    order: Order,
    picture: Picture,
    generator: Generator,
    ledger: Ledger,
    *,
    product: str = "",
    clock: Clock = SYSTEM_CLOCK,
) -> Job:
    """Buy `order`, or return the receipt of the purchase that was made before, with `reused=True`.

    Whatever dies in between, the same order is sent a second time only after an explicit refusal, or proof
    that it never left. Raises `NotSent`'s children (nothing bought, may be tried again), `OutcomeUnknown`,
    `BudgetReached`, `PurchaseHeld` (unknown or lost: a person decides), and `JobFailed` or `JobExpired` for a
    purchase that ended so: buying again is a new attempt.
    """
    price = await generator.price_usd(order)
    start = clock.now()
    while True:
        purchase, ours = await _claim(order, price, ledger, product)
        if ours:
            break
        if purchase.state in WITH_RECEIPT:
            say(f"already bought from {purchase.provider} ({purchase.request_id}); nothing is paid")
            return purchase.job()
        if purchase.state == "unknown":
            verdict = await reconcile(purchase, generator, ledger, clock=clock)
            if verdict.outcome == "open":
                raise _held(purchase, verdict.why)
            continue
        if purchase.state not in ("claimed", "submitting") or clock.now() - start > PATIENCE_S:
            raise _closed(purchase)
        await clock.sleep(LOOK_AGAIN_S)
    try:
        return await _order(order, price, picture, generator, ledger)
    finally:
        ledger.let_go(order.key)


async def _claim(order: Order, price: Decimal, ledger: Ledger, product: str) -> tuple[Purchase, bool]:
    claiming = asyncio.create_task(asyncio.to_thread(ledger.claim, order, price, product=product))
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        await asyncio.wait({claiming})
        if claiming.exception() is None and claiming.result()[1]:
            ledger.release(order.key, "stopped before it was ordered")
            ledger.let_go(order.key)
        raise


async def _order(order: Order, price: Decimal, picture: Picture, generator: Generator, ledger: Ledger) -> Job:
    try:
        await generator.turn()
        await asyncio.to_thread(ledger.intend, order.key)
    except BaseException as error:
        ledger.release(order.key, f"not ordered: {type(error).__name__}: {error}")
        raise
    sending = asyncio.create_task(_send(order, price, picture, generator, ledger))
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        await asyncio.wait({sending})  # we are stopped, but the order is out: its receipt comes first
        raise


async def _send(order: Order, price: Decimal, picture: Picture, generator: Generator, ledger: Ledger) -> Job:
    try:
        job = await generator.submit(order, picture)
    except (NotSent, InputError) as error:
        ledger.release(order.key, error)
        raise
    except BaseException as error:
        ledger.doubt(order.key, f"{type(error).__name__}: {error}")
        raise
    ledger.receive(job)
    return job.model_copy(update={"price_usd": price})


def _held(purchase: Purchase, why: str) -> PurchaseHeld:
    return PurchaseHeld(
        f"purchase {purchase.key[:12]} from {purchase.provider} may have been bought ({purchase.error}), and "
        f"{why}. Look at the provider's job list, then "
        f"`vitrine ledger resolve {purchase.key[:12]} --bought` or `--not-bought`"
    )


def _closed(purchase: Purchase) -> Exception:
    """Why this order is not bought now, by where its purchase stands."""
    what = f"purchase {purchase.key[:12]} from {purchase.provider}"
    again = f"to buy it again, raise the attempt above {purchase.attempt}"
    match purchase.state:
        case "failed":
            return JobFailed(f"{what} failed at the provider ({purchase.error}); {again}")
        case "expired":
            return JobExpired(f"{what} expired before it was fetched ({purchase.error}); {again}")
        case "abandoned":
            return PurchaseHeld(f"{what} was paid and is lost ({purchase.error}); {again}")
        case _:
            return PurchaseHeld(f"{what} is being ordered by {purchase.owner}")
