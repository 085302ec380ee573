"""Add the table that joins the fingerprints of one wallet's keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "account_aliases",
        sa.Column("account", sa.String(100), primary_key=True),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
