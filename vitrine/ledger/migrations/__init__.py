"""Migrations of the ledger's tables, run by Alembic inside the transaction that opens the ledger.

`versions/` holds one file for each revision. To change a table, change `vitrine/ledger/schema.py`, write the
next revision by hand (there is no `alembic.ini`) and set `HEAD`. A revision that older releases cannot work
with also raises `vitrine_schema.version`, which is all that releases from before Alembic look at.
"""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from vitrine.errors import ConfigError
from vitrine.ledger.schema import VERSION, lock_claims, versions

HEAD = "0005"
"""The newest revision in `versions/`."""
FOLDER = Path(__file__).parent

revisions = sa.table("alembic_version", sa.column("version_num", sa.String(32)))

_alembic = threading.Lock()
"""Alembic keeps the migration under way in a global: one at a time in this process."""


def upgrade(connection: Connection) -> None:
    """Bring the ledger's tables to `HEAD` inside the caller's transaction; an empty database gets them all.

    Processes that open the same ledger at once wait for each other. Raises `ConfigError` for a ledger that a
    newer Vitrine has written. Alembic is imported only when there is something to migrate.
    """
    lock_claims(connection)
    found = _revision(connection)
    if found == HEAD:
        # Writes, so that a ledger that can only be read fails here, and not with an order under way.
        connection.execute(revisions.update().values(version_num=HEAD))
        return
    _refuse_newer(connection)
    with _alembic:
        _run(connection, found)


def _revision(connection: Connection) -> str | None:
    """The revision of the ledger's tables; `None` for an empty database and for one from before Alembic."""
    if not sa.inspect(connection).has_table(revisions.name):
        return None
    return connection.execute(sa.select(revisions.c.version_num)).scalar()


def _refuse_newer(connection: Connection) -> None:
    if sa.inspect(connection).has_table(versions.name):
        found = connection.execute(sa.select(sa.func.max(versions.c.version))).scalar() or 0
        if found > VERSION:
            raise ConfigError(
                f"the ledger has schema version {found}, this Vitrine knows {VERSION}: use a newer Vitrine"
            )


def _run(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    if found is not None and found not in known:
        raise ConfigError(
            f"the ledger has revision {found}, this Vitrine knows revisions up to {HEAD}: use a newer Vitrine"
        )
    command.upgrade(config, "head")
