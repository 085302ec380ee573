"""Transactions on the ledger's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from vitrine.errors import LedgerError


class Database:
    """A database whose errors become `LedgerError`."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.url.render_as_string(hide_password=True)
        self._reading = engine
        self._writing = engine.execution_options(writes=True)

    def close(self) -> None:
        """Close the connections."""
        self._reading.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction that writes; it is on disk when the block has ended. Raises `LedgerError`."""
        with self._errors(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads. Raises `LedgerError`."""
        with self._errors(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            raise LedgerError(f"ledger {self.name}: {cause}; nothing is bought without it") from error
