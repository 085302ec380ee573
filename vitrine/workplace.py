"""Where this machine keeps its book of purchases and its work in progress."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vitrine.errors import ConfigError
from vitrine.record import Record
from vitrine.storage.open import open_bucket
from vitrine.storage.work_store import WorkStore

if TYPE_CHECKING:
    from vitrine.ledger import Ledger


class Workplace(Record):
    """Three addresses: everything a run remembers lies behind one of them."""

    root: Path
    ledger_url: str
    """SQLAlchemy URL of the ledger: `sqlite:///…`, or `postgresql+psycopg://…` for several machines."""
    work: str
    """Where contents lie: a folder, or `s3://bucket/prefix` for several machines."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Workplace:
        """Read `VITRINE_HOME` (default `~/.vitrine`), `VITRINE_LEDGER` and `VITRINE_WORK` (default: in it).

        Nothing is created yet. Raises `ConfigError` when the home is a file, or there is no home directory.
        """
        env = os.environ if env is None else env
        try:
            root = Path(env.get("VITRINE_HOME") or "~/.vitrine").expanduser().absolute()
        except RuntimeError as error:
            raise ConfigError("there is no home directory: set VITRINE_HOME to a folder") from error
        if root.exists() and not root.is_dir():
            raise ConfigError(f"VITRINE_HOME is {root}, which is a file: name a folder")
        return cls(
            root=root,
            ledger_url=env.get("VITRINE_LEDGER") or f"sqlite:///{root / 'ledger.sqlite3'}",
            work=env.get("VITRINE_WORK") or str(root / "work"),
        )

    def ledger(self) -> Ledger:
        """Open the ledger, creating the home folder first. Raises `ConfigError` or `LedgerError`."""
        from vitrine.ledger import Ledger  # SQLAlchemy takes 0.3 s to import

        self._make_root()
        return Ledger.open(self.ledger_url)

    def store(self) -> WorkStore:
        """The work store; copies of what lies in a remote one are kept in `root/cache`."""
        return WorkStore(open_bucket(self.work), cache=self.root / "cache")

    def _make_root(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"cannot make {self.root}: {error.strerror or error}. "
                "Set VITRINE_HOME to a folder you may write"
            ) from error
