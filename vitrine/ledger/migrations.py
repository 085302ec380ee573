"""Bringing an older ledger up to date: columns and indexes are only ever added."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from vitrine.errors import ConfigError
from vitrine.ledger.schema import VERSION, lock_claims, metadata, versions


def create(connection: Connection) -> None:
    """Make what is missing of the tables, inside the caller's transaction.

    Raises `ConfigError` when the ledger was written by a newer Vitrine.
    """
    lock_claims(connection)
    metadata.create_all(connection)
    found = connection.execute(sa.select(sa.func.max(versions.c.version))).scalar()
    if found is None:
        connection.execute(versions.insert().values(version=VERSION))
        return
    if found > VERSION:
        raise ConfigError(
            f"the ledger has schema version {found}, this Vitrine knows {VERSION}: use a newer Vitrine"
        )
    if found < VERSION:
        _add_missing(connection)
    # A ledger that can only be read shows it now, and not with an order in hand.
    connection.execute(versions.update().values(version=VERSION))


def _add_missing(connection: Connection) -> None:
    there = sa.inspect(connection)
    quoted = connection.dialect.identifier_preparer.quote
    for table in metadata.sorted_tables:
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name in known:
                continue
            kind = column.type.compile(connection.dialect)
            rule = "" if column.nullable else " NOT NULL DEFAULT ''"  # only texts were ever added so
            connection.exec_driver_sql(
                f"ALTER TABLE {quoted(table.name)} ADD COLUMN {quoted(column.name)} {kind}{rule}"
            )
        for index in table.indexes:
            index.create(connection, checkfirst=True)
