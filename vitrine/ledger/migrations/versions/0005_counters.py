"""Add the table that counts what runs have done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "run_counters",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("label", sa.String(200), primary_key=True),
        sa.Column("value", sa.Double(), nullable=False),
    )
