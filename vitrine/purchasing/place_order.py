"""Buying one generation, once: claim, intent on disk, POST, receipt."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import InputError, JobExpired, JobFailed, LedgerError, NotSent, PurchaseHeld
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import WITH_RECEIPT, Purchase
from vitrine.ledger.rate_lease import pace
from vitrine.models import Job, Order
from vitrine.progress import say
from vitrine.providers.base import Generator, Picture
from vitrine.purchasing.reconcile.reconcile import reconcile

logger = logging.getLogger(__name__)

PATIENCE_S = 240.0
"""How long to wait for another process that is ordering the same thing: longer than an order may take."""
LOOK_AGAIN_S = 0.5
RECEIPT_PATIENCE_S = 60.0
"""How long to insist on writing a receipt into a ledger that is away."""
RECEIPT_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Deal:
    """One order on its way, and everything it needs."""

    order: Order
    price_usd: Decimal
    product: str
    wish: str
    picture: Picture
    generator: Generator
    ledger: Ledger
    clock: Clock

    @property
    def key(self) -> str:
        return self.order.key


async def buy(
    order: Order,
    picture: Picture,
    generator: Generator,
    ledger: Ledger,
    *,
    product: str = "",
    wish: str = "",
    claimed: Callable[[Purchase], None] | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Job:
    """Buy `order`, or return the receipt of the purchase that was made before, with `reused=True`.

    Whatever dies in between, the same order is sent a second time only after an explicit refusal, or proof
    that it never left. Raises `NotSent`'s children (nothing bought, may be tried again), `OutcomeUnknown`,
    `BudgetReached`, `PurchaseHeld` (unknown or lost: a person decides), and `JobFailed` or `JobExpired` for a
    purchase that ended so: buying again is a new attempt. With a `wish`, what another account has in
    hand for it is not bought here, and `Job.provider` says whose receipt it is. `claimed` hears of the right
    to order before the order leaves.
    """
    pace(generator, ledger)
    known = await asyncio.to_thread(ledger.get, order.key)
    if known is not None and known.state in WITH_RECEIPT:
        return _reused(known)
    price_usd = await generator.price_usd(order)
    deal = _Deal(order, price_usd, product, wish, picture, generator, ledger, clock)
    start = clock.now()
    while True:
        purchase, ours = await _claim(deal)
        if ours:
            break
        if purchase.state in WITH_RECEIPT:
            return _reused(purchase)
        if purchase.state == "unknown":
            if purchase.provider != generator.name:
                raise _held(purchase, f"only {purchase.provider} can say")
            verdict = await reconcile(purchase, generator, ledger, clock=clock)
            if verdict.outcome == "open":
                raise _held(purchase, verdict.why)
            continue
        if purchase.state not in ("claimed", "submitting") or clock.now() - start > PATIENCE_S:
            raise _closed(purchase)
        await clock.sleep(LOOK_AGAIN_S)
    try:
        if claimed is not None:
            claimed(purchase)
        return await _order(deal)
    finally:
        ledger.let_go(order.key)


async def _claim(deal: _Deal) -> tuple[Purchase, bool]:
    claim = asyncio.to_thread(
        deal.ledger.claim, deal.order, deal.price_usd, product=deal.product, wish=deal.wish
    )
    claiming = asyncio.create_task(claim)
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        await asyncio.wait({claiming})
        if claiming.exception() is None and claiming.result()[1]:
            deal.ledger.release(deal.key, "stopped before it was ordered")
            deal.ledger.let_go(deal.key)
        raise


async def _order(deal: _Deal) -> Job:
    hook_token = secrets.token_urlsafe(32) if deal.generator.calls_back and deal.ledger.hooks_url else None
    try:
        await deal.generator.turn()
        await asyncio.to_thread(deal.ledger.intend, deal.key, hook_token=hook_token)
    except BaseException as error:
        deal.ledger.release(deal.key, f"not ordered: {type(error).__name__}: {error}")
        raise
    sending = asyncio.create_task(_send(deal, hook_token))
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        await asyncio.wait({sending})  # we are stopped, but the order is out: its receipt comes first
        raise


async def _send(deal: _Deal, hook_token: str | None) -> Job:
    try:
        webhook_url = f"{deal.ledger.hooks_url}/{hook_token}" if hook_token else None
        job = await deal.generator.submit(deal.order, deal.picture, webhook_url=webhook_url)
    except (NotSent, InputError) as error:
        deal.ledger.release(deal.key, error)
        raise
    except BaseException as error:
        deal.ledger.doubt(deal.key, f"{type(error).__name__}: {error}")
        raise
    await _receive(job, deal.ledger, deal.clock)
    return job.model_copy(update={"price_usd": deal.price_usd})


async def _receive(job: Job, ledger: Ledger, clock: Clock) -> None:
    """Write the receipt, and insist: it is worth money, and its database may be back in a moment."""
    start = clock.now()
    while True:
        try:
            await asyncio.to_thread(ledger.receive, job)
        except LedgerError as error:
            kept = f"kept in {ledger.spill}" if ledger.spill else "kept nowhere else"
            logger.error("bought %s from %s, receipt %s: %s", job.request_id, job.provider, kept, error)
            if clock.now() - start > RECEIPT_PATIENCE_S:
                raise LedgerError(
                    f"job {job.request_id} at {job.provider} is bought, and its receipt does not get into "
                    f"the ledger; it is {kept}. Run again when the ledger is back: {error}"
                ) from error
            await clock.sleep(RECEIPT_PAUSE_S)
        else:
            return


def _reused(purchase: Purchase) -> Job:
    say(f"already bought from {purchase.provider} ({purchase.request_id}); nothing is paid")
    return purchase.job()


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
