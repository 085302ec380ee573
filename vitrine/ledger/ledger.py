"""The ledger of purchases: one line a purchase, and one process at a time that may order it."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from vitrine.errors import LedgerError, PurchaseHeld
from vitrine.ledger import queries as rows
from vitrine.ledger import receipt_spool as spool
from vitrine.ledger.caps import NO_CAPS, Caps
from vitrine.ledger.claim import IN_HAND, Claim, take
from vitrine.ledger.migrations import upgrade
from vitrine.ledger.owner import me
from vitrine.ledger.purchase import WITH_RECEIPT, Purchase, State
from vitrine.ledger.queries import Condition
from vitrine.ledger.schema import lock_claims, open_engine, purchases
from vitrine.ledger.shortfalls import note_of, shortfalls
from vitrine.models import Blob, Job, Order

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """Purchases in a database. Every method is one short transaction, on disk when it returns."""

    def __init__(self, engine: Engine, *, caps: Caps, run: str, now: Now, receipt_spool: Path | None) -> None:
        self.name = engine.url.render_as_string(hide_password=True)
        self.receipt_spool = receipt_spool
        self.hooks_url: str | None = None
        self.caps = caps
        self.run = run
        self.now = now
        self._reading = engine
        self._writing = engine.execution_options(writes=True)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        caps: Caps = NO_CAPS,
        run: str | None = None,
        now: Now = utc_now,
        receipt_spool: Path | None = None,
        hooks_url: str | None = None,
    ) -> Ledger:
        """Open the ledger at `url`, making its tables if need be; `run` names the purchases of this opening.

        `receipt_spool` is a folder of this machine where a receipt is kept until the database has it; what an
        earlier process left there is taken in now. `hooks_url` is where providers reach `vitrine hooks`.
        Raises `ConfigError` for a URL that is none, `LedgerError` when it cannot be written.
        """
        ledger = cls(
            open_engine(url), caps=caps, run=run or secrets.token_hex(6), now=now, receipt_spool=receipt_spool
        )
        ledger.hooks_url = hooks_url.rstrip("/") if hooks_url else None
        with ledger.transaction() as connection:
            upgrade(connection)
        for job in spool.pending(receipt_spool) if receipt_spool is not None else ():
            ledger.record_receipt(job)
        return ledger

    def close(self) -> None:
        self._reading.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A writing transaction; database errors leave it as `LedgerError`."""
        with self._explained(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A reading transaction; database errors leave it as `LedgerError`."""
        with self._explained(), self._reading.connect() as connection:
            yield connection

    def get(self, key: str) -> Purchase | None:
        with self.reading() as connection:
            return rows.find(connection, key)

    def find_by_request_key(self, request_key: str) -> Purchase | None:
        """The purchase that stands for a request_key, at whichever account."""
        with self.reading() as connection:
            return rows.find_by_request_key(connection, request_key)

    def claim(
        self, order: Order, price_usd: Decimal, *, product: str = "", request_key: str = ""
    ) -> tuple[Purchase, bool]:
        """Take the right to order, if nobody has it: (the purchase, whether it is ours to order now).

        Raises `BudgetReached`, without a claim. See `claim.take`.
        """
        wanted = Claim(
            ledger=self.name,
            order=order,
            price_usd=price_usd,
            product=product,
            run=self.run,
            request_key=request_key,
        )
        with self.transaction() as connection:
            return take(connection, wanted, self.caps, self.now())

    def drop_claim(self, key: str) -> None:
        """This process is done with a claim, one way or another."""
        IN_HAND.discard((self.name, key))

    def record_intent(self, key: str, *, hook_token: str | None = None) -> None:
        """Write down that the order is about to leave, and where its provider may call back.

        Raises `PurchaseHeld` when the claim is not ours.
        """
        with self.transaction() as connection:
            written = connection.execute(
                purchases.update()
                .where(purchases.c.key == key, purchases.c.state == "claimed", purchases.c.owner == me())
                .values(
                    state="submitting",
                    submitting_at=self.now(),
                    posts=purchases.c.posts + 1,
                    hook_token=hook_token,
                )
            )
            if written.rowcount != 1:
                raise PurchaseHeld(f"purchase {key[:12]} is no longer claimed by this process")

    def record_receipt(self, job: Job) -> None:
        """Write down the receipt; it wins over whatever was thought meanwhile.

        Raises `LedgerError`; the receipt is in `receipt_spool` then, if there is such a folder.
        """
        if self.receipt_spool is not None:
            with suppress(OSError):  # the database may still take it
                spool.save(self.receipt_spool, job)
        self._move(
            job.key,
            ("submitting", "unknown", "claimed", "refused"),
            state="submitted",
            request_id=job.request_id,
            poll_url=job.poll_url,
            submitted_at=job.submitted_at,
            ended_at=None,
            error=None,
        )
        if self.receipt_spool is not None:
            spool.remove(self.receipt_spool, job.key)

    def record_callback(self, hook_token: str) -> bool:
        """A provider called back at this token; False when no purchase has it."""
        with self.transaction() as connection:
            line = purchases.update().where(purchases.c.hook_token == hook_token)
            return connection.execute(line.values(called_back_at=self.now())).rowcount == 1

    def last_callbacks(self, keys: Collection[str]) -> dict[str, datetime]:
        """When providers last called back about these purchases; those they did not are left out."""
        wanted = sa.select(purchases.c.key, purchases.c.called_back_at).where(
            purchases.c.key.in_(keys), purchases.c.called_back_at.is_not(None)
        )
        with self.reading() as connection:
            return dict(connection.execute(wanted).tuples().all())

    def assign_job(self, job: Job) -> bool:
        """Give an unknown purchase the job that was found for it; False when another purchase has it.

        A purchase that has moved on meanwhile stays as it is.
        """
        with self.transaction() as connection:
            lock_claims(connection)
            taken = sa.select(purchases.c.key).where(
                purchases.c.provider == job.provider,
                purchases.c.request_id == job.request_id,
                purchases.c.key != job.key,
            )
            if connection.execute(taken).first() is not None:
                return False
            rows.move(
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

    def receipts(self, provider: str) -> dict[str, datetime]:
        """Request id -> when it was submitted, of every purchase at this account that has a receipt."""
        wanted = sa.select(purchases.c.request_id, purchases.c.submitted_at).where(
            purchases.c.provider == provider, purchases.c.request_id.is_not(None)
        )
        with self.reading() as connection:
            return {row.request_id: row.submitted_at for row in connection.execute(wanted)}

    def open_orders(self, provider: str) -> list[Purchase]:
        """Purchases at this account that may have left without a receipt yet."""
        wanted = sa.select(purchases).where(
            purchases.c.provider == provider, purchases.c.state.in_(("submitting", "unknown"))
        )
        with self.reading() as connection:
            return [rows.to_purchase(row) for row in connection.execute(wanted).mappings()]

    def mark_refused(self, key: str, why: object) -> None:
        """This process's order was not bought: it may be claimed again."""
        self._end(key, ("claimed", "submitting"), "refused", why, purchases.c.owner == me())

    def mark_unknown(self, key: str, why: object) -> None:
        """This process's order left and nobody knows what became of it: it is held."""
        self._end(key, ("claimed", "submitting"), "unknown", why, purchases.c.owner == me())

    def settle(self, seen: Purchase, state: State, why: object) -> bool:
        """Say of a purchase that others may judge as well: it is `refused`, `unknown` or `abandoned`.

        False, and nothing changed, where it has moved on since it was `seen`: what is known of an order says
        nothing of the next one, which another process may have sent meanwhile.
        """
        return self._end(seen.key, (seen.state,), state, why, purchases.c.posts == seen.posts)

    def mark_completed(
        self,
        key: str,
        *,
        effective: Mapping[str, JsonValue] | None = None,
        charged_usd: Decimal | None = None,
    ) -> None:
        """The provider says that the model is done, and perhaps with what settings, and for how much."""
        with self.transaction() as connection:
            rows.move(
                connection,
                key,
                ("submitted", "expired"),
                state="completed",
                completed_at=self.now(),
                ended_at=None,
            )
            if effective:
                rows.move(connection, key, ("completed",), effective=dict(effective))
            if charged_usd is not None:
                rows.charge(connection, key, charged_usd)

    def mark_fetched(self, key: str, raw: Blob, *, measured: Mapping[str, JsonValue] | None = None) -> None:
        """The model is in the work store; a note says where it falls short of its order."""
        with self.transaction() as connection:
            rows.move(
                connection,
                key,
                (*WITH_RECEIPT, "expired", "failed"),
                state="fetched",
                fetched_at=self.now(),
                raw_sha256=raw.sha256,
                raw_size_bytes=raw.size_bytes,
                measured=dict(measured) if measured else None,
                ended_at=None,
                error=None,
            )
            fetched = rows.find(connection, key)
            if fetched is not None:
                rows.move(connection, key, ("fetched",), note=note_of(shortfalls(fetched)))

    def mark_failed(self, key: str, why: object, *, charged: bool | None = None) -> None:
        """The provider gave up; a failure that it does not charge for costs nothing here either."""
        free = {"price_micros": 0} if charged is False else {}
        self._end(key, ("submitted", "completed"), "failed", why, **free)

    def mark_expired(self, key: str, why: object) -> None:
        """The provider forgot the job, or its files, before they were here."""
        self._end(key, WITH_RECEIPT, "expired", why)

    def _end(
        self, key: str, before: tuple[State, ...], state: State, why: object, *also: Condition, **more: Any
    ) -> bool:
        ended = {"state": state, "ended_at": self.now(), "error": str(why)[:2000]}
        return self._move(key, before, *also, **ended, **more)

    def _move(self, key: str, before: tuple[State, ...], *also: Condition, **values: Any) -> bool:
        with self.transaction() as connection:
            return rows.move(connection, key, before, *also, **values)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            raise LedgerError(f"ledger {self.name}: {cause}; nothing is bought without it") from error
