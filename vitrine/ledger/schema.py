"""The ledger's tables, and the engine for them: SQLite in WAL mode, or PostgreSQL.

Columns keep the names that they were created with; `key=` gives the name that Python uses.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from vitrine.errors import ConfigError
from vitrine.fetching.redact import redact
from vitrine.private_files import create_private

VERSION = 4
"""Releases up to version 3 keyed orders by PNG bytes: they would not find what newer ones bought."""
CLAIM_LOCK = 8_414_916_310
"""The PostgreSQL advisory lock under which claims are made one at a time (SQLite: BEGIN IMMEDIATE)."""
BUSY_TIMEOUT_S = 30.0

metadata = sa.MetaData()


class UtcTime(sa.TypeDecorator[datetime]):
    """A time: always UTC in the database, always aware in Python."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


versions = sa.Table("vitrine_schema", metadata, sa.Column("version", sa.Integer, primary_key=True))

purchases = sa.Table(
    "purchases",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("provider", sa.String(200), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("photo_sha256", sa.String(64), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("product", sa.String(200), nullable=False),
    sa.Column("wish", sa.String(64), key="request_key", nullable=False, index=True),
    sa.Column("run", sa.String(200), nullable=False, index=True),
    sa.Column("owner", sa.String(300), nullable=False),
    sa.Column("price_micros", sa.BigInteger, nullable=False),
    sa.Column("quoted_micros", sa.BigInteger),
    sa.Column("effective", sa.JSON(none_as_null=True)),
    sa.Column("measured", sa.JSON(none_as_null=True)),
    sa.Column("note", sa.Text),
    sa.Column("request_id", sa.Text),
    sa.Column("poll_url", sa.Text),
    sa.Column("hook_token", sa.String(64)),
    sa.Column("nudged_at", UtcTime, key="called_back_at"),
    sa.Column("raw_sha256", sa.String(64)),
    sa.Column("raw_size_bytes", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Column("posts", sa.Integer, nullable=False, default=0),
    sa.Column("claimed_at", UtcTime, nullable=False, index=True),
    sa.Column("submitting_at", UtcTime),
    sa.Column("submitted_at", UtcTime),
    sa.Column("completed_at", UtcTime),
    sa.Column("fetched_at", UtcTime),
    sa.Column("ended_at", UtcTime),
    sa.Column("source_sha256", sa.String(64)),
    sa.Column("photo_options", sa.JSON(none_as_null=True)),
    sa.Column("pixels_sha256", sa.String(64), index=True),
    sa.Column("identity", sa.String(64), index=True),
    sa.Column("sent_sha256", sa.String(64)),
    sa.Column("account", sa.String(100)),
    sa.Column("first_missing_at", UtcTime),
    sa.Column("result_urls", sa.JSON(none_as_null=True)),
    sa.Column("sent_uptime_s", sa.Double),
    sa.Column("missing_seen", sa.Integer, nullable=False, server_default="0"),
    # A hash index takes texts of any length; a B-tree of PostgreSQL takes no more than 2.7 kB.
    sa.Index("purchases_by_job", "request_id", postgresql_using="hash"),
    sa.Index("purchases_by_hook", "hook_token", unique=True),
)


purchase_identities = sa.Table(
    "purchase_identities",
    metadata,
    # What a purchase also answers for, besides its own key: see `vitrine/ledger/identity/identities.py`.
    sa.Column("identity", sa.String(64), primary_key=True),
    sa.Column("purchase_key", sa.String(64), primary_key=True),
)


ledger_identity = sa.Table(
    "ledger_identity",
    metadata,
    sa.Column("ledger_id", sa.String(32), primary_key=True),
    # Of the fingerprints by which accounts are known.
    sa.Column("salt", sa.String(64), nullable=False),
)


account_aliases = sa.Table(
    "account_aliases",
    metadata,
    # A fingerprint, and the one that stands for its wallet.
    sa.Column("account", sa.String(100), primary_key=True),
    sa.Column("wallet", sa.String(100), nullable=False),
    sa.Column("joined_at", UtcTime, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)


rate_limits = sa.Table(
    "paces",
    metadata,
    sa.Column("account", sa.String(200), primary_key=True),
    # When the account's bucket will be empty: seconds by the clock of `vitrine.ledger.accounts.rate_lease`.
    sa.Column("empty_at_s", sa.Double, nullable=False),
)


breakers = sa.Table(
    "breakers",
    metadata,
    sa.Column("account", sa.String(200), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("closed_until", UtcTime, key="open_until"),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)


counters = sa.Table(
    "run_counters",
    metadata,
    # What runs have done so far: see `vitrine/ledger/counters.py`.
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("label", sa.String(200), primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
)


def open_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///file` or `postgresql+psycopg://…`, with durable commits.

    Raises `ConfigError` for any other URL, and if the driver is not installed.
    """
    try:
        parsed = sa.make_url(url)
        backend = parsed.get_backend_name()
        if backend == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
            return sa.create_engine(
                parsed, pool_pre_ping=True, pool_size=5, connect_args={"connect_timeout": 10}
            )
        if backend != "sqlite" or not parsed.database or parsed.database == ":memory:":
            raise ConfigError(f"ledger {redact(url)}: name a file, sqlite:///PATH, or postgresql+psycopg://…")
        if not parsed.database.startswith("file:"):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            create_private(Path(parsed.database))
        engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S})
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"ledger {redact(url)!r}: {error}; use sqlite:///PATH or postgresql+psycopg://…"
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error}: install vitrine[postgres] for a PostgreSQL ledger") from error
    except OSError as error:
        raise ConfigError(f"ledger {redact(url)}: {error.strerror or error}: {error.filename}") from error
    sa.event.listen(engine, "connect", _tune_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: Any, record: Any) -> None:  # noqa: ARG001
    connection.isolation_level = None  # _begin_sqlite starts the transactions
    cursor = connection.cursor()
    _switch_to_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")  # a commit survives a power cut, not only a crash
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Switch to WAL mode; SQLite does not wait for its busy timeout when others switch a new file, too."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def lock_claims(connection: Connection) -> None:
    """Hold the lock on claims until this transaction ends; it holds for all machines."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CLAIM_LOCK)))
