"""Add what a purchase is known by, its account, sightings of its absence, and the ledger's own id.

Releases from before this revision would not find the purchases of newer ones, so `vitrine_schema.version`
rises to 4, which they refuse.
"""

from __future__ import annotations

import secrets
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SCHEMA_VERSION = 4


def upgrade() -> None:
    """Add columns and tables; widen request ids and poll URLs to any length."""
    with op.batch_alter_table("purchases") as purchases:
        purchases.drop_index("purchases_by_job")
        purchases.alter_column("request_id", existing_type=sa.String(500), type_=sa.Text())
        purchases.alter_column("poll_url", existing_type=sa.String(2000), type_=sa.Text())
        purchases.add_column(sa.Column("source_sha256", sa.String(64)))
        purchases.add_column(sa.Column("photo_options", sa.JSON()))
        purchases.add_column(sa.Column("pixels_sha256", sa.String(64)))
        purchases.add_column(sa.Column("identity", sa.String(64)))
        purchases.add_column(sa.Column("sent_sha256", sa.String(64)))
        purchases.add_column(sa.Column("account", sa.String(100)))
        purchases.add_column(sa.Column("first_missing_at", sa.DateTime()))
        purchases.add_column(sa.Column("missing_seen", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("purchases_by_job", "purchases", ["request_id"], postgresql_using="hash")
    op.create_index("ix_purchases_pixels_sha256", "purchases", ["pixels_sha256"])
    op.create_index("ix_purchases_identity", "purchases", ["identity"])
    op.create_table(
        "purchase_identities",
        sa.Column("identity", sa.String(64), primary_key=True),
        sa.Column("purchase_key", sa.String(64), primary_key=True),
    )
    ledger_identity = op.create_table(
        "ledger_identity",
        sa.Column("ledger_id", sa.String(32), primary_key=True),
        sa.Column("salt", sa.String(64), nullable=False),
    )
    op.bulk_insert(ledger_identity, [{"ledger_id": uuid.uuid4().hex, "salt": secrets.token_hex(32)}])
    versions = sa.table("vitrine_schema", sa.column("version", sa.Integer))
    op.execute(versions.update().values(version=SCHEMA_VERSION))
