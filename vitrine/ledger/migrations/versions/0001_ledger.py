"""Create the tables of schema version 3.

Releases from before Alembic created the same tables, in three versions that only added columns and indexes.
A ledger of theirs keeps its rows and gets what it lacks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SCHEMA_VERSION = 3

tables = sa.MetaData()

sa.Table("vitrine_schema", tables, sa.Column("version", sa.Integer, primary_key=True))

sa.Table(
    "purchases",
    tables,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("provider", sa.String(200), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("photo_sha256", sa.String(64), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("product", sa.String(200), nullable=False),
    sa.Column("wish", sa.String(64), nullable=False),
    sa.Column("run", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(300), nullable=False),
    sa.Column("price_micros", sa.BigInteger, nullable=False),
    sa.Column("quoted_micros", sa.BigInteger),
    sa.Column("effective", sa.JSON),
    sa.Column("measured", sa.JSON),
    sa.Column("note", sa.Text),
    sa.Column("request_id", sa.String(500)),
    sa.Column("poll_url", sa.String(2000)),
    sa.Column("hook_token", sa.String(64)),
    sa.Column("nudged_at", sa.DateTime),
    sa.Column("raw_sha256", sa.String(64)),
    sa.Column("raw_size_bytes", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Column("posts", sa.Integer, nullable=False),
    sa.Column("claimed_at", sa.DateTime, nullable=False),
    sa.Column("submitting_at", sa.DateTime),
    sa.Column("submitted_at", sa.DateTime),
    sa.Column("completed_at", sa.DateTime),
    sa.Column("fetched_at", sa.DateTime),
    sa.Column("ended_at", sa.DateTime),
    sa.Index("ix_purchases_state", "state"),
    sa.Index("ix_purchases_wish", "wish"),
    sa.Index("ix_purchases_run", "run"),
    sa.Index("ix_purchases_claimed_at", "claimed_at"),
    sa.Index("purchases_by_job", "provider", "request_id"),
    sa.Index("purchases_by_hook", "hook_token", unique=True),
)

sa.Table(
    "paces",
    tables,
    sa.Column("account", sa.String(200), primary_key=True),
    sa.Column("empty_at_s", sa.Double, nullable=False),
)

sa.Table(
    "breakers",
    tables,
    sa.Column("account", sa.String(200), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("closed_until", sa.DateTime),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)


def upgrade() -> None:
    """Create the tables, or complete those of an older release."""
    connection = op.get_bind()
    tables.create_all(connection)
    for table in tables.sorted_tables:
        existing = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in existing:
                # The one such column that holds no NULL is `wish`: an empty text is "no request".
                default = None if column.nullable else ""
                op.add_column(
                    table.name,
                    sa.Column(column.name, column.type, nullable=column.nullable, server_default=default),
                )
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    versions = tables.tables["vitrine_schema"]
    connection.execute(versions.delete())
    connection.execute(versions.insert().values(version=SCHEMA_VERSION))
