"""Accounts as the ledger knows them: by a fingerprint of the key, and which fingerprints are of one wallet.

Evidence on an order counts only within its account: another wallet's list of jobs never has the job, and says
404 to it. A purchase without a fingerprint, from an older release, counts as any account's.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from vitrine.errors import LedgerError
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.ledger.schema import account_aliases, lock_claims, purchases
from vitrine.providers.base import ImageTo3DProvider
from vitrine.record import Record


class KnownAccount(Record):
    """A fingerprint with its purchases."""

    account: str
    wallet: str
    """The fingerprint that stands for the wallet; equal for all keys of one wallet."""
    provider: str
    purchases: int
    last_at: datetime
    """When the last order was claimed."""


def account_of(provider: ImageTo3DProvider, ledger: Ledger) -> str:
    """Return the fingerprint of a provider's key in this ledger."""
    return provider.fingerprint(ledger.salt)


def is_same_account(ledger: Ledger, one: str | None, other: str | None) -> bool:
    """Whether two fingerprints are of one wallet, as far as the ledger knows; an unknown one may be any."""
    if one is None or other is None or one == other:
        return True
    with ledger.reading() as connection:
        wallets = _wallets(connection)
    return wallets.get(one, one) == wallets.get(other, other)


def is_own_purchase(ledger: Ledger, purchase: Purchase, provider: ImageTo3DProvider) -> bool:
    """Whether a purchase was made at this provider with a key of the same wallet."""
    return purchase.provider == provider.name and is_same_account(
        ledger, purchase.account, account_of(provider, ledger)
    )


def receipts_of(ledger: Ledger, account: str) -> set[str]:
    """Return the request ids of the purchases that were made with the keys of an account's wallet."""
    with ledger.reading() as connection:
        wallets = _wallets(connection)
        wallet = wallets.get(account, account)
        keys = [one for one, standing in wallets.items() if standing == wallet] + [wallet]
        query = sa.select(purchases.c.request_id).where(
            purchases.c.account.in_(keys), purchases.c.request_id.is_not(None)
        )
        return {request_id for request_id in connection.execute(query).scalars() if request_id is not None}


def record_account(ledger: Ledger, key: str, account: str) -> None:
    """Record whose account a purchase of an older release belongs to; one that is known stays."""
    with ledger.transaction() as connection:
        line = purchases.update().where(purchases.c.key == key, purchases.c.account.is_(None))
        connection.execute(line.values(account=account))


def join_accounts(ledger: Ledger, old: str, new: str, why: str) -> None:
    """Record that two fingerprints are of one wallet. Raises `LedgerError` for what is no fingerprint."""
    for account in (old, new):
        if len(account) != 16 or not set(account) <= set("0123456789abcdef"):
            raise LedgerError(f"{account!r} is no account: `vitrine ledger accounts` lists them")
    with ledger.transaction() as connection:
        lock_claims(connection)
        wallets = _wallets(connection)
        wallet, joining = wallets.get(old, old), wallets.get(new, new)
        if wallet == joining:
            return
        move = account_aliases.update().where(account_aliases.c.wallet == joining)
        connection.execute(move.values(wallet=wallet))
        row = {"account": joining, "wallet": wallet, "joined_at": ledger.now(), "why": why[:2000]}
        connection.execute(account_aliases.insert().values(**row))


def list_accounts(ledger: Ledger) -> list[KnownAccount]:
    """Return every fingerprint that bought something, oldest order first."""
    columns = purchases.c
    query = (
        sa.select(columns.account, columns.provider, sa.func.count(), sa.func.max(columns.claimed_at))
        .where(columns.account.is_not(None))
        .group_by(columns.account, columns.provider)
        .order_by(sa.func.min(columns.claimed_at), columns.account)
    )
    with ledger.reading() as connection:
        wallets = _wallets(connection)
        return [
            KnownAccount(
                account=account,
                wallet=wallets.get(account, account),
                provider=provider,
                purchases=count,
                last_at=last_at,
            )
            for account, provider, count, last_at in connection.execute(query).tuples()
        ]


def _wallets(connection: Connection) -> dict[str, str]:
    query = sa.select(account_aliases.c.account, account_aliases.c.wallet)
    return dict(connection.execute(query).tuples().all())
