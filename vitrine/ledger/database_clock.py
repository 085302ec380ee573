"""The ledger's clock: the database server's, so that all machines that share a ledger tell one time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time of this machine's clock."""
    return datetime.now(UTC)


def clock_of(engine: Engine) -> Now:
    """Return the ledger's clock: the database server's, or with SQLite this machine's."""
    if engine.dialect.name != "postgresql":
        return utc_now

    def now() -> datetime:
        with engine.connect() as connection:
            now: datetime = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        return now.astimezone(UTC)

    return now
