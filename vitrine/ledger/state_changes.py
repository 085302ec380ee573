"""The states of a purchase, from the intent to order it to the stored model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.engine import Engine

from vitrine.errors import LedgerError, PurchaseHeld
from vitrine.ledger import queries
from vitrine.ledger import receipt_spool as spool
from vitrine.ledger.age import Age, age_of, uptime_s
from vitrine.ledger.database import Database
from vitrine.ledger.database_clock import Now, clock_of
from vitrine.ledger.owner import me
from vitrine.ledger.purchase import RECHECKED, WITH_RECEIPT, Purchase, State
from vitrine.ledger.queries import Condition
from vitrine.ledger.schema import UtcTime, lock_claims, purchases
from vitrine.ledger.shortfalls import note_of, shortfalls
from vitrine.models import Blob, Job

WITHOUT_RECEIPT: tuple[State, ...] = ("submitting", "unknown", "claimed", "refused", "abandoned")
NOT_TAKEN = "its purchase has another job, or is not in this ledger"


class StateChanges(Database):
    """A ledger's methods that change a purchase. Each is one transaction, on disk when it returns."""

    def __init__(self, engine: Engine, *, now: Now | None, receipt_spool: Path | None) -> None:
        super().__init__(engine)
        self._clock = now or clock_of(engine)
        self.uptime_s = uptime_s
        """This machine's time since boot, in seconds; see `vitrine.ledger.age`."""
        self.receipt_spool = receipt_spool
        self.ledger_id = ""
        """Set when the ledger is opened."""

    def now(self) -> datetime:
        """Return the time of the ledger's clock, the same on every machine. Raises `LedgerError`."""
        with self._errors():
            return self._clock()

    def age(self, purchase: Purchase) -> Age:
        """Return how long ago an order was sent. Raises `LedgerError`."""
        return age_of(purchase, self.now(), self.uptime_s())

    def record_intent(
        self, key: str, *, hook_token: str | None = None, sent_sha256: str | None = None
    ) -> None:
        """Record that the order is about to be sent with this image, and the token of its callbacks.

        Raises `PurchaseHeld` if this process does not hold the claim.
        """
        recorded = self._update(
            key,
            ("claimed",),
            purchases.c.owner == me(),
            state="submitting",
            submitting_at=self.now(),
            sent_uptime_s=self.uptime_s(),
            posts=purchases.c.posts + 1,
            hook_token=hook_token,
            sent_sha256=sent_sha256,
        )
        if not recorded:
            raise PurchaseHeld(f"purchase {key[:12]} is no longer claimed by this process")

    def record_receipt(self, job: Job) -> None:
        """Record the receipt; it overrules whatever was recorded meanwhile.

        If a purchase does not take it (it has another job), the receipt stays in the `receipt_spool`, with a
        warning. Raises `LedgerError`; the receipt is in the `receipt_spool` then, too, if there is one.
        """
        file = None
        if self.receipt_spool is not None:
            with suppress(OSError):  # the database may still take it
                file = spool.save(self.receipt_spool, self.ledger_id, self.name, job)
        taken = self._take_receipt(job)
        if file is not None and taken:
            spool.remove(file)
        elif file is not None:
            spool.warn_kept(file, job, NOT_TAKEN)

    def record_spooled_receipts(self) -> None:
        """Record the receipts of this ledger that an earlier process left in the `receipt_spool`.

        A receipt that does not say whose it is goes only to an order that was sent before it. One that
        cannot be recorded stays, with a warning, and keeps none of the others.
        """
        if self.receipt_spool is None:
            return
        for file, receipt in spool.pending(self.receipt_spool, self.ledger_id):
            job = receipt.job
            after_order = purchases.c.submitting_at <= job.submitted_at
            try:
                taken = self._take_receipt(job, *([] if receipt.ledger_id else [after_order]))
            except (LedgerError, ValueError) as error:
                spool.warn_kept(file, job, error)
                continue
            if taken:
                spool.remove(file)
            elif receipt.ledger_id:
                spool.warn_kept(file, job, NOT_TAKEN)
            else:
                spool.warn_kept(file, job, f"no order of the ledger {self.name} waits for it")

    def _take_receipt(self, job: Job, *conditions: Condition) -> bool:
        """Record a receipt; return whether the purchase has it now.

        It gets the ledger's time, as a receipt may have been written by a machine with another clock.
        """
        now = self.now()
        with self.transaction() as connection:
            recorded = queries.update(
                connection,
                job.key,
                WITHOUT_RECEIPT,
                *conditions,
                state="submitted",
                request_id=job.request_id,
                poll_url=job.poll_url,
                submitted_at=now,
                ended_at=None,
                error=None,
            )
            if recorded:
                return True
            purchase = queries.find(connection, job.key)
            return purchase is not None and purchase.request_id == job.request_id

    def record_callback(self, hook_token: str) -> bool:
        """Record that a provider called back with this token; return whether a purchase has it."""
        now = self.now()
        with self.transaction() as connection:
            line = purchases.update().where(purchases.c.hook_token == hook_token)
            return connection.execute(line.values(called_back_at=now)).rowcount == 1

    def assign_job(self, job: Job) -> bool:
        """Give an unknown purchase the job that was found for it; return whether the job was free.

        A purchase whose state has changed meanwhile stays as it is.
        """
        with self.transaction() as connection:
            lock_claims(connection)
            if queries.belongs_to_other(connection, job.key, job.provider, job.request_id):
                return False
            queries.update(
                connection,
                job.key,
                ("unknown",),
                state="submitted",
                request_id=job.request_id,
                submitted_at=job.submitted_at,
                ended_at=None,
                error=None,
            )
            return True

    def mark_refused(self, key: str, why: object) -> None:
        """Record that this process's order was not bought; it may be claimed again."""
        self._end(key, ("claimed", "submitting"), "refused", why, purchases.c.owner == me())

    def mark_unknown(self, key: str, why: object) -> None:
        """Record that this process's order was sent and its outcome is not known."""
        self._end(key, ("claimed", "submitting"), "unknown", why, purchases.c.owner == me())

    def settle(self, seen: Purchase, state: State, why: object) -> bool:
        """Record what became of a purchase that others may settle, too: `refused`, `unknown` or `abandoned`.

        Returns `False` and changes nothing if the purchase is no longer as it was `seen`: evidence on one
        order says nothing about the next one, which another process may have sent meanwhile.
        """
        return self._end(seen.key, (seen.state,), state, why, purchases.c.posts == seen.posts)

    def mark_completed(
        self,
        key: str,
        *,
        effective: Mapping[str, JsonValue] | None = None,
        charged_usd: Decimal | None = None,
        result_urls: Sequence[str] = (),
    ) -> None:
        """Record that the model is done, with its effective settings, charge and links, as far as known."""
        now = self.now()
        with self.transaction() as connection:
            queries.update(
                connection,
                key,
                ("submitted", *RECHECKED),
                state="completed",
                completed_at=now,
                ended_at=None,
                error=None,
                first_missing_at=None,
                missing_seen=0,
            )
            if result_urls:
                queries.update(connection, key, ("completed",), result_urls=list(result_urls))
            if effective:
                queries.update(connection, key, ("completed",), effective=dict(effective))
            if charged_usd is not None:
                queries.record_charge(connection, key, charged_usd)

    def mark_fetched(self, key: str, raw: Blob, *, measured: Mapping[str, JsonValue] | None = None) -> None:
        """Record that the model is in the work store, with a note if it falls short of its order."""
        now = self.now()
        with self.transaction() as connection:
            queries.update(
                connection,
                key,
                (*WITH_RECEIPT, "expired", "failed"),
                state="fetched",
                fetched_at=now,
                raw_sha256=raw.sha256,
                raw_size_bytes=raw.size_bytes,
                measured=dict(measured) if measured else None,
                ended_at=None,
                error=None,
            )
            purchase = queries.find(connection, key)
            if purchase is not None:
                queries.update(connection, key, ("fetched",), note=note_of(shortfalls(purchase)))

    def mark_failed(self, key: str, why: object, *, charged: bool | None = None) -> None:
        """Record that the job failed; one that is not charged costs nothing, and keeps its quote."""
        quoted = sa.func.coalesce(purchases.c.quoted_micros, purchases.c.price_micros)
        free = {"price_micros": 0, "quoted_micros": quoted} if charged is False else {}
        self._end(key, ("submitted", "completed"), "failed", why, **free)

    def mark_expired(self, key: str, why: object) -> None:
        """Record that the provider no longer has the job, or its files."""
        self._end(key, WITH_RECEIPT, "expired", why)

    def record_not_found(self, key: str) -> Purchase | None:
        """Record that the provider did not find a paid job or its file; return the purchase."""
        now = sa.literal(self.now(), UtcTime)
        with self.transaction() as connection:
            queries.update(
                connection,
                key,
                WITH_RECEIPT,
                first_missing_at=sa.func.coalesce(purchases.c.first_missing_at, now),
                missing_seen=purchases.c.missing_seen + 1,
            )
            return queries.find(connection, key)

    def record_found(self, key: str) -> None:
        """Record that the provider has the job: what was not found before does not count."""
        self._update(key, WITH_RECEIPT, purchases.c.missing_seen > 0, first_missing_at=None, missing_seen=0)

    def revive(self, seen: Purchase) -> bool:
        """Take back that a purchase failed or expired; return whether it was still as it was `seen`.

        If it was free because it failed, it costs its quote again, until the provider says its charge.
        """
        restored = sa.case(
            (purchases.c.price_micros == 0, sa.func.coalesce(purchases.c.quoted_micros, 0)),
            else_=purchases.c.price_micros,
        )
        return self._update(
            seen.key,
            (seen.state,),
            purchases.c.state.in_(RECHECKED),
            state="submitted",
            price_micros=restored,
            ended_at=None,
            error=None,
            first_missing_at=None,
            missing_seen=0,
        )

    def _end(
        self,
        key: str,
        before: tuple[State, ...],
        state: State,
        why: object,
        *conditions: Condition,
        **values: Any,
    ) -> bool:
        ended = {"state": state, "ended_at": self.now(), "error": str(why)[:2000]}
        return self._update(key, before, *conditions, **ended, **values)

    def _update(self, key: str, before: tuple[State, ...], *conditions: Condition, **values: Any) -> bool:
        with self.transaction() as connection:
            return queries.update(connection, key, before, *conditions, **values)
