"""Counters of what runs have done, in the ledger's database, so that all workers share them.

A counter has a name and a label, and only grows. Labels are of few kinds (a status, a step, a code), never a
product.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from vitrine.ledger.ledger import Ledger
from vitrine.ledger.schema import counters

Counts = Mapping[tuple[str, str], float]
"""(name, label) -> value."""


def add_counts(ledger: Ledger, counts: Counts) -> None:
    """Add to counters, in one transaction. Raises `LedgerError`."""
    rows = [
        {"name": name[:60], "label": label[:200], "value": value}
        for (name, label), value in sorted(counts.items())  # in one order: PostgreSQL locks the rows
    ]
    if not rows:
        return
    with ledger.transaction() as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        new = dialect.insert(counters)
        # One statement with many rows of parameters: SQLAlchemy compiles it once.
        connection.execute(
            new.on_conflict_do_update(
                index_elements=["name", "label"], set_={"value": counters.c.value + new.excluded.value}
            ),
            rows,
        )


def read_counts(ledger: Ledger) -> Counts:
    """Return all counters. Raises `LedgerError`."""
    with ledger.reading() as connection:
        return {(row.name, row.label): row.value for row in connection.execute(sa.select(counters))}


def is_first(ledger: Ledger, name: str, label: str) -> bool:
    """Whether this call is the first, over all workers, with this name and label. Raises `LedgerError`."""
    with ledger.transaction() as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        new = dialect.insert(counters).values(name=name[:60], label=label[:200], value=1.0)
        return connection.execute(new.on_conflict_do_nothing()).rowcount == 1
