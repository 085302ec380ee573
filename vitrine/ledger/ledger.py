"""The ledger: one line for each purchase, and one process at a time that may order it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pydantic import JsonValue

from vitrine.ledger import queries
from vitrine.ledger.budget import NO_CAPS, Caps
from vitrine.ledger.claim import IN_HAND, Claim, claim
from vitrine.ledger.database_clock import Now
from vitrine.ledger.identity import identities
from vitrine.ledger.migrations import upgrade
from vitrine.ledger.purchase import Purchase
from vitrine.ledger.schema import lock_claims, open_engine
from vitrine.ledger.state_changes import StateChanges
from vitrine.models.order import Order


class Ledger(StateChanges):
    """Purchases in a database. Each method is one short transaction, on disk when it returns."""

    caps: Caps = NO_CAPS
    run: str = ""
    """Names the purchases of this process's run; the cap for a run counts them."""
    salt: str = ""
    """Goes into the fingerprints of accounts."""
    hooks_url: str | None = None
    """The URL at which providers reach `vitrine hooks`."""

    @classmethod
    def open(
        cls,
        url: str,
        *,
        caps: Caps = NO_CAPS,
        run: str | None = None,
        now: Now | None = None,
        receipt_spool: Path | None = None,
        hooks_url: str | None = None,
    ) -> Ledger:
        """Open the ledger at `url`; create or migrate its tables if need be.

        `receipt_spool` is a folder of this machine that keeps a receipt until the database has it; receipts
        of this ledger that an earlier process left there are recorded now. `run` defaults to a random name,
        `now` to the clock of the database's server, or with SQLite to this machine's.

        Raises `ConfigError` for a URL that is no ledger, `LedgerError` if the ledger cannot be written.
        """
        ledger = cls(open_engine(url), now=now, receipt_spool=receipt_spool)
        ledger.caps = caps
        ledger.run = run or secrets.token_hex(6)
        ledger.hooks_url = hooks_url.rstrip("/") if hooks_url else None
        with ledger.transaction() as connection:
            upgrade(connection)
            ledger.ledger_id, ledger.salt = queries.ledger_identity_of(connection)
        ledger.record_spooled_receipts()
        return ledger

    def claim(
        self,
        order: Order,
        price_usd: Decimal,
        *,
        product: str = "",
        request_keys: Sequence[str] = (),
        account: str | None = None,
    ) -> tuple[Purchase, bool]:
        """Claim an order; return its purchase, and whether this process is the one that may send it.

        `account` is the fingerprint of the key that the order will be sent with.
        Raises `BudgetReached`, and claims nothing then. See `claim.claim`.
        """
        wanted = Claim(
            ledger=self.name,
            order=order,
            price_usd=price_usd,
            product=product,
            run=self.run,
            request_keys=tuple(request_keys),
            account=account,
        )
        now, uptime = self.now(), self.uptime_s()
        with self.transaction() as connection:
            return claim(connection, wanted, self.caps, now, uptime)

    def drop_claim(self, key: str) -> None:
        """Note that this process no longer works on a claim."""
        IN_HAND.discard((self.name, key))

    def get(self, key: str) -> Purchase | None:
        """Return the purchase with this key."""
        with self.reading() as connection:
            return queries.find(connection, key)

    def contents(self) -> set[str]:
        """Return the SHA-256 of every photo and raw model that a purchase names."""
        with self.reading() as connection:
            return queries.contents(connection)

    def find_by_request(self, request_keys: Collection[str]) -> Purchase | None:
        """Return the purchase for a request, at any account."""
        with self.reading() as connection:
            return queries.find_by_request(connection, request_keys)

    def known_requests(self, request_keys: Collection[str]) -> set[str]:
        """Return those of the request keys for which a model was bought or is being bought."""
        with self.reading() as connection:
            return queries.known_requests(connection, request_keys)

    def find_order(self, order: Order) -> Purchase | None:
        """Return the purchase that answers for an order, and record that it does."""
        with self.reading() as connection:
            purchase = identities.find_order(connection, order)
            known = purchase is None or identities.is_linked(connection, order, purchase.key)
        if purchase is not None and not known:
            self.link(order, purchase.key)
        return purchase

    def link(self, order: Order, key: str, request_keys: Sequence[str] = ()) -> None:
        """Record that the purchase `key` answers for an order, and for requests, too."""
        with self.transaction() as connection:
            lock_claims(connection)
            identities.link(connection, order, key, request_keys)

    def latest_attempt(self, orders: Sequence[Order], least: int) -> int:
        """Return the newest bought attempt of one photo's orders; see `identities.latest_attempt`."""
        with self.reading() as connection:
            return identities.latest_attempt(connection, orders, least)

    def next_attempt(self, orders: Sequence[Order]) -> tuple[int, list[Purchase]]:
        """Return the attempt that buys one photo's orders anew; see `identities.next_attempt`."""
        with self.reading() as connection:
            return identities.next_attempt(connection, orders)

    def find_seed(self, order: Order) -> JsonValue:
        """Return the derived seed that the order's photo has at other settings; `None` without one."""
        with self.reading() as connection:
            return identities.find_seed(connection, order)

    def open_orders(self, provider: str) -> list[Purchase]:
        """Return the purchases at an account that may have been sent and have no receipt."""
        with self.reading() as connection:
            return queries.find_open(connection, provider)

    def receipts(self, provider: str) -> dict[str, datetime]:
        """Return request id -> time of submission, for every purchase at an account that has a receipt."""
        with self.reading() as connection:
            return queries.list_receipts(connection, provider)

    def last_callbacks(self, keys: Collection[str]) -> dict[str, datetime]:
        """Return key -> time of the last callback, for those of the purchases that had one."""
        with self.reading() as connection:
            return queries.list_callbacks(connection, keys)
