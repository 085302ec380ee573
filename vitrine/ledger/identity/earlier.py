"""Purchases of releases before revision 0002: they are not known by their photo's source until linked."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from vitrine.ledger.identity.identities import add_identities, chosen_settings
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.ledger.queries import select
from vitrine.ledger.schema import lock_claims, purchases
from vitrine.models.order import pixels_identity

IS_EARLIER = purchases.c.source_sha256.is_(None)


def has_any(ledger: Ledger) -> bool:
    """Whether the ledger has such a purchase."""
    with ledger.reading() as connection:
        return connection.execute(sa.select(purchases.c.key).where(IS_EARLIER).limit(1)).first() is not None


def list_without_pixels(ledger: Ledger) -> list[Purchase]:
    """Return such purchases whose PNG was not decoded yet."""
    with ledger.reading() as connection:
        return select(connection, IS_EARLIER & purchases.c.pixels_sha256.is_(None))


def list_pngs(ledger: Ledger, pixels_sha256: str) -> list[str]:
    """Return the SHA-256 of the PNGs with these pixels that models were bought for."""
    query = sa.select(purchases.c.photo_sha256).where(purchases.c.pixels_sha256 == pixels_sha256).distinct()
    with ledger.reading() as connection:
        return list(connection.execute(query).scalars())


def list_by_png(ledger: Ledger, pngs: Iterable[str]) -> list[Purchase]:
    """Return the purchases of these PNGs, oldest first."""
    with ledger.reading() as connection:
        return select(connection, purchases.c.photo_sha256.in_(list(pngs)))


def record_pixels(ledger: Ledger, purchase: Purchase, pixels_sha256: str) -> None:
    """Record the pixels of a purchase's PNG; from now on it answers for orders with the same pixels."""
    settings = chosen_settings(purchase)
    identity = pixels_identity(pixels_sha256, purchase.provider, purchase.model, settings)
    with ledger.transaction() as connection:
        lock_claims(connection)
        line = purchases.update().where(purchases.c.key == purchase.key)
        connection.execute(line.values(pixels_sha256=pixels_sha256))
        add_identities(connection, (identity,), purchase.key)
