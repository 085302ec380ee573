"""The environment that Alembic runs the revisions in: the connection that `upgrade` was given."""

from __future__ import annotations

from alembic import context

from vitrine.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
