"""Add the links of finished models, and the time since boot at which an order was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("purchases", sa.Column("result_urls", sa.JSON()))
    op.add_column("purchases", sa.Column("sent_uptime_s", sa.Double()))
