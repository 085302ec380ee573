"""The book of purchases: one line a purchase, and one process at a time that may order it."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from vitrine.errors import LedgerError, PurchaseHeld
from vitrine.ledger import caps as budget
from vitrine.ledger import spill as spilled
from vitrine.ledger.caps import NO_CAPS, Caps
from vitrine.ledger.owner import is_gone, me
from vitrine.ledger.purchase import WITH_RECEIPT, Purchase, State, to_micros, to_usd
from vitrine.ledger.schema import create, lock_claims, open_engine, purchases
from vitrine.models import Blob, Job, Order

Now = Callable[[], datetime]

IN_HAND: set[tuple[str, str]] = set()
"""(ledger, key) of every claim this process is working on; one of its claims that is not here was dropped."""
LEASE_S = 900.0
"""A claim from another machine older than this has no living owner: an order takes 180 s at most."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """Purchases in a database. Every method is one short transaction, on disk when it returns."""

    def __init__(self, engine: Engine, *, caps: Caps, run: str, now: Now, spill: Path | None) -> None:
        self.name = engine.url.render_as_string(hide_password=True)
        self.spill = spill
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
        spill: Path | None = None,
    ) -> Ledger:
        """Open the ledger at `url`, making its tables if need be; `run` names the purchases of this opening.

        `spill` is a folder of this machine where a receipt is kept until the database has it; what an
        earlier process left there is taken in now. Raises `ConfigError` for a URL that is none, `LedgerError`
        when it cannot be written.
        """
        ledger = cls(open_engine(url), caps=caps, run=run or secrets.token_hex(6), now=now, spill=spill)
        with ledger.transaction() as connection:
            create(connection)
        for job in spilled.kept(spill) if spill is not None else ():
            ledger.receive(job)
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
            return _find(connection, key)

    def claim(self, order: Order, price_usd: Decimal, *, product: str = "") -> tuple[Purchase, bool]:
        """Take the right to order, if nobody has it: (the purchase, whether it is ours to order now).

        A line that was refused, or whose claimant died before its intent was written, is claimed again. A
        line whose owner died after it becomes `unknown`. Raises `BudgetReached`, without a claim.
        """
        now = self.now()
        with self.transaction() as connection:
            lock_claims(connection)
            found = _find(connection, order.key)
            if found is not None and found.state != "refused":
                if found.state not in ("claimed", "submitting") or not self._left_behind(found, now):
                    return found, False
                if found.state == "submitting":
                    _set(connection, found.key, ("submitting",), state="unknown", ended_at=now, error=_DIED)
                    return _must(connection, order.key), False
            budget.check(connection, self.caps, price_usd, run=self.run, now=now)
            line = {
                "state": "claimed",
                "product": product,
                "run": self.run,
                "owner": me(),
                "price_micros": to_micros(price_usd),
                "claimed_at": now,
                "submitting_at": None,
                "ended_at": None,
                "error": None,
            }
            if found is not None:
                _set(connection, found.key, ("refused", "claimed"), **line)
            else:
                connection.execute(purchases.insert().values(**_ordered(order), **line))
            claimed = _must(connection, order.key)
            IN_HAND.add((self.name, order.key))
        return claimed, True

    def let_go(self, key: str) -> None:
        """This process is done with a claim, one way or another."""
        IN_HAND.discard((self.name, key))

    def intend(self, key: str) -> None:
        """Write down that the order is about to leave. Raises `PurchaseHeld` when the claim is not ours."""
        with self.transaction() as connection:
            written = connection.execute(
                purchases.update()
                .where(purchases.c.key == key, purchases.c.state == "claimed", purchases.c.owner == me())
                .values(state="submitting", submitting_at=self.now(), posts=purchases.c.posts + 1)
            )
            if written.rowcount != 1:
                raise PurchaseHeld(f"purchase {key[:12]} is no longer claimed by this process")

    def receive(self, job: Job) -> None:
        """Write down the receipt; it wins over whatever was thought meanwhile.

        Raises `LedgerError`; the receipt is in `spill` then, if there is such a folder.
        """
        if self.spill is not None:
            with suppress(OSError):  # the database may still take it
                spilled.keep(self.spill, job)
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
        if self.spill is not None:
            spilled.drop(self.spill, job.key)

    def adopt(self, job: Job) -> bool:
        """Give an unknown purchase the job that was found for it; False when another purchase has it."""
        with self.transaction() as connection:
            lock_claims(connection)
            mine = sa.select(purchases.c.key).where(
                purchases.c.provider == job.provider, purchases.c.request_id == job.request_id
            )
            if connection.execute(mine).first() is not None:
                return False
            _set(
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
            return [to_purchase(dict(row)) for row in connection.execute(wanted).mappings()]

    def release(self, key: str, why: object) -> None:
        """Nothing was bought: the order may be claimed again."""
        self._end(key, ("claimed", "submitting", "unknown"), "refused", why)

    def doubt(self, key: str, why: object) -> None:
        """The order left and nobody knows what became of it: it is held."""
        self._end(key, ("claimed", "submitting"), "unknown", why)

    def complete(self, key: str) -> None:
        """The provider says that the model is done."""
        self._move(key, ("submitted", "expired"), state="completed", completed_at=self.now(), ended_at=None)

    def fetch(self, key: str, raw: Blob) -> None:
        """The model is in the work store."""
        self._move(
            key,
            (*WITH_RECEIPT, "expired", "failed"),
            state="fetched",
            fetched_at=self.now(),
            raw_sha256=raw.sha256,
            raw_size_bytes=raw.size_bytes,
            ended_at=None,
            error=None,
        )

    def fail(self, key: str, why: object, *, charged: bool | None = None) -> None:
        """The provider gave up; a failure that it does not charge for costs nothing here either."""
        free = {"price_micros": 0} if charged is False else {}
        self._end(key, ("submitted", "completed"), "failed", why, **free)

    def expire(self, key: str, why: object) -> None:
        """The provider forgot the job, or its files, before they were here."""
        self._end(key, WITH_RECEIPT, "expired", why)

    def abandon(self, key: str, why: object) -> None:
        """Bought, and the model is lost: it counts as spent, and is not ordered again."""
        self._end(key, ("unknown", "submitted", "completed"), "abandoned", why)

    def _end(self, key: str, before: tuple[State, ...], state: State, why: object, **more: Any) -> None:
        self._move(key, before, state=state, ended_at=self.now(), error=str(why)[:2000], **more)

    def _move(self, key: str, before: tuple[State, ...], **values: Any) -> None:
        with self.transaction() as connection:
            _set(connection, key, before, **values)

    def _left_behind(self, found: Purchase, now: datetime) -> bool:
        gone = (self.name, found.key) not in IN_HAND if found.owner == me() else is_gone(found.owner)
        since = found.submitting_at or found.claimed_at
        return gone if gone is not None else now - since > timedelta(seconds=LEASE_S)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            raise LedgerError(f"ledger {self.name}: {cause}; nothing is bought without it") from error


_DIED = "its process ended between sending the order and writing the receipt"


def _ordered(order: Order) -> dict[str, Any]:
    return {
        "key": order.key,
        "provider": order.provider,
        "model": order.model,
        "photo_sha256": order.photo.sha256,
        "settings": order.settings,
        "attempt": order.attempt,
        "posts": 0,
    }


def _set(connection: Connection, key: str, before: tuple[State, ...], **values: Any) -> None:
    connection.execute(
        purchases.update().where(purchases.c.key == key, purchases.c.state.in_(before)).values(**values)
    )


def _find(connection: Connection, key: str) -> Purchase | None:
    row = connection.execute(sa.select(purchases).where(purchases.c.key == key)).mappings().one_or_none()
    return None if row is None else to_purchase(dict(row))


def _must(connection: Connection, key: str) -> Purchase:
    found = _find(connection, key)
    assert found is not None
    return found


def to_purchase(row: dict[str, Any]) -> Purchase:
    """A database row as a record."""
    micros = row.pop("price_micros")
    return Purchase(price_usd=to_usd(micros), **row)
