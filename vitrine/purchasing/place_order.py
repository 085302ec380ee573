"""Placing an order, once: claim it, record the intent, send the POST, record the receipt."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import (
    InputError,
    JobExpired,
    JobFailed,
    LedgerError,
    NotSent,
    ProviderError,
    PurchaseHeld,
)
from vitrine.ledger.accounts.fingerprints import account_of
from vitrine.ledger.accounts.rate_lease import attach_rate_limiter
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import RECHECKED, WITH_RECEIPT, Purchase
from vitrine.models import Job
from vitrine.models.order import Order
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.purchasing.fetch.not_found import may_be_kept
from vitrine.purchasing.reconcile.reconcile import reconcile
from vitrine.purchasing.revive import revive

logger = logging.getLogger(__name__)

OTHER_BUYER_WAIT_S = 240.0
"""How long to wait for another process that places the same order: longer than an order can take."""
CLAIM_POLL_S = 0.5
"""How often to try to claim an order that another process has claimed."""
RECEIPT_RETRY_S = 60.0
"""How long to try to write a receipt into a ledger that is unavailable."""
RECEIPT_RETRY_DELAY_S = 2.0


@dataclass(frozen=True, slots=True)
class _PendingOrder:
    """An order, and everything that is needed to send it."""

    order: Order
    price_usd: Decimal
    product: str
    request_keys: Sequence[str]
    upload: PhotoUpload
    provider: ImageTo3DProvider
    ledger: Ledger
    clock: Clock
    key: str
    """The key of its purchase: another than the order's where a refused purchase is taken up again."""


async def place_order(
    order: Order,
    upload: PhotoUpload,
    provider: ImageTo3DProvider,
    ledger: Ledger,
    *,
    product: str = "",
    request_keys: Sequence[str] = (),
    on_claimed: Callable[[Purchase], None] | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Job:
    """Buy `order`, or return the receipt of the earlier purchase, with `reused=True`.

    Whichever process ends in between, the same order is sent again only after an explicit refusal, or after
    proof that it was never sent. With `request_keys`, an order that another account has for the same request
    is not placed here again; `Job.provider` says whose receipt is returned. `on_claimed` is called before the
    order is sent.

    Raises `NotSent`'s children (nothing was bought, the order may be placed again), `OutcomeUnknown`,
    `BudgetReached`, `PurchaseHeld` (a person decides), and `JobFailed` or `JobExpired` for an earlier
    purchase that ended so: to buy it again, raise the order's attempt (`--again`).
    """
    attach_rate_limiter(provider, ledger)
    purchase = await asyncio.to_thread(ledger.find_order, order)
    if purchase is not None and purchase.state in WITH_RECEIPT:
        return _reused(purchase)
    order = await asyncio.to_thread(_with_seed_of_photo, order, ledger)
    price_usd = await provider.price_usd(order)
    pending = _PendingOrder(
        order, price_usd, product, request_keys, upload, provider, ledger, clock, order.key
    )
    start = clock.now()
    while True:
        purchase, is_ours = await _claim(pending)
        if is_ours:
            break
        if purchase.state in WITH_RECEIPT:
            return _reused(purchase)
        if purchase.state == "unknown":
            if purchase.provider != provider.name:
                raise _held(purchase, f"only {purchase.provider} can say")
            verdict = await reconcile(purchase, provider, ledger, clock=clock)
            if verdict.outcome == "open":
                raise _held(purchase, verdict.why)
            continue
        if purchase.state in RECHECKED and purchase.provider == provider.name:
            return _reused(await _revived(purchase, provider, ledger))
        if purchase.state not in ("claimed", "submitting") or clock.now() - start > OTHER_BUYER_WAIT_S:
            raise _why_not_placed(purchase)
        await clock.sleep(CLAIM_POLL_S)
    try:
        if on_claimed is not None:
            on_claimed(purchase)
        return await _order(replace(pending, key=purchase.key))
    finally:
        ledger.drop_claim(purchase.key)


def _with_seed_of_photo(order: Order, ledger: Ledger) -> Order:
    """Return the order with the seed of the photo's other purchases: a final gets the seed of its draft."""
    seed = ledger.find_seed(order) if order.seed_is_derived else None
    return order if seed is None else order.model_copy(update={"settings": order.settings | {"seed": seed}})


async def _claim(pending: _PendingOrder) -> tuple[Purchase, bool]:
    claim = asyncio.to_thread(
        pending.ledger.claim,
        pending.order,
        pending.price_usd,
        product=pending.product,
        request_keys=pending.request_keys,
        account=account_of(pending.provider, pending.ledger),
    )
    claiming = asyncio.create_task(claim)
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        await asyncio.wait({claiming})
        if claiming.exception() is None and claiming.result()[1]:
            key = claiming.result()[0].key
            pending.ledger.mark_refused(key, "stopped before it was ordered")
            pending.ledger.drop_claim(key)
        raise


async def _order(pending: _PendingOrder) -> Job:
    calls_back = pending.provider.calls_back and pending.ledger.hooks_url
    hook_token = secrets.token_urlsafe(32) if calls_back else None
    try:
        await pending.provider.wait_for_rate_limit()
        sent_sha256 = hashlib.sha256(pending.upload.data).hexdigest()
        await asyncio.to_thread(
            pending.ledger.record_intent, pending.key, hook_token=hook_token, sent_sha256=sent_sha256
        )
    except BaseException as error:
        pending.ledger.mark_refused(pending.key, f"not ordered: {type(error).__name__}: {error}")
        raise
    sending = asyncio.create_task(_send(pending, hook_token))
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        await asyncio.wait({sending})  # the order is out: its receipt is recorded before this run stops
        raise


async def _send(pending: _PendingOrder, hook_token: str | None) -> Job:
    try:
        webhook_url = f"{pending.ledger.hooks_url}/{hook_token}" if hook_token else None
        job = await pending.provider.submit(pending.order, pending.upload, webhook_url=webhook_url)
    except (NotSent, InputError) as error:
        pending.ledger.mark_refused(pending.key, error)
        raise
    except BaseException as error:
        pending.ledger.mark_unknown(pending.key, f"{type(error).__name__}: {error}")
        raise
    job = job.model_copy(update={"key": pending.key, "price_usd": pending.price_usd})
    await _record_receipt(job, pending.ledger, pending.clock)
    return job


async def _record_receipt(job: Job, ledger: Ledger, clock: Clock) -> None:
    """Write the receipt; retry while the database is unavailable, as the receipt is worth money."""
    start = clock.now()
    while True:
        try:
            await asyncio.to_thread(ledger.record_receipt, job)
        except LedgerError as error:
            kept = f"kept in {ledger.receipt_spool}" if ledger.receipt_spool else "kept nowhere else"
            logger.error("bought %s from %s, receipt %s: %s", job.request_id, job.provider, kept, error)
            if clock.now() - start > RECEIPT_RETRY_S:
                raise LedgerError(
                    f"job {job.request_id} at {job.provider} is bought, and its receipt does not get into "
                    f"the ledger; it is {kept}. Run again when the ledger is back: {error}"
                ) from error
            await clock.sleep(RECEIPT_RETRY_DELAY_S)
        else:
            return


async def _revived(purchase: Purchase, provider: ImageTo3DProvider, ledger: Ledger) -> Purchase:
    """Return a failed or expired purchase that its provider has after all; else raise why it is over.

    It is asked while it may still have the job: one answer that it failed, or is gone, may have been wrong.
    """
    why = _why_not_placed(purchase)
    now, age = await asyncio.to_thread(lambda: (ledger.now(), ledger.age(purchase)))
    if not may_be_kept(purchase, provider, now, age):
        raise why
    try:
        return await revive(purchase, provider, ledger)
    except ProviderError as error:
        raise why from error


def _reused(purchase: Purchase) -> Job:
    log_progress(f"already bought from {purchase.provider} ({purchase.request_id}); nothing is paid")
    return purchase.job()


def _held(purchase: Purchase, why: str) -> PurchaseHeld:
    return PurchaseHeld(
        f"purchase {purchase.key[:12]} from {purchase.provider} may have been bought ({purchase.error}), and "
        f"{why}. Look at the provider's job list, then "
        f"`vitrine ledger resolve {purchase.key[:12]} --bought` or `--not-bought`"
    )


def _why_not_placed(purchase: Purchase) -> Exception:
    """Return why the order is not placed now, by its purchase's state."""
    what = f"purchase {purchase.key[:12]} from {purchase.provider}"
    again = f"to buy it again, use --again, or raise the attempt above {purchase.attempt} in the recipe"
    match purchase.state:
        case "failed":
            return JobFailed(f"{what} failed at the provider ({purchase.error}); {again}")
        case "expired":
            return JobExpired(f"{what} expired before it was fetched ({purchase.error}); {again}")
        case "abandoned":
            return PurchaseHeld(f"{what} was paid and is lost ({purchase.error}); {again}")
        case _:
            return PurchaseHeld(f"{what} is being ordered by {purchase.owner}")
