"""Where this machine keeps its book of purchases and its work in progress."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
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
    cap_run_usd: Decimal | None = None
    cap_day_usd: Decimal | None = None
    cap_month_usd: Decimal | None = None
    """How much may be spent in US dollars; `None` is no limit."""
    hooks_url: str | None = None
    """Where providers reach `vitrine hooks`, as a public https address; `None` without callbacks."""
    work: str
    """Where contents lie: a folder, or `s3://bucket/prefix` for several machines."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Workplace:
        """Read the environment variables that start with `VITRINE_`.

        These are `VITRINE_HOME` (default `~/.vitrine`), `VITRINE_LEDGER` and `VITRINE_WORK` (default: in it),
        the caps `VITRINE_CAP_RUN_USD`, `VITRINE_CAP_DAY_USD`, `VITRINE_CAP_MONTH_USD` (default: none), and
        `VITRINE_HOOKS_URL`.

        Nothing is created yet. Raises `ConfigError` when the home is a file, there is no home directory, or
        a cap is no amount.
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
            hooks_url=env.get("VITRINE_HOOKS_URL") or None,
            cap_run_usd=_cap("VITRINE_CAP_RUN_USD", env),
            cap_day_usd=_cap("VITRINE_CAP_DAY_USD", env),
            cap_month_usd=_cap("VITRINE_CAP_MONTH_USD", env),
        )

    def ledger(self) -> Ledger:
        """Open the ledger, creating the home folder first. Raises `ConfigError` or `LedgerError`."""
        from vitrine.ledger import Caps, Ledger  # SQLAlchemy takes 0.3 s to import

        self._make_root()
        caps = Caps(run_usd=self.cap_run_usd, day_usd=self.cap_day_usd, month_usd=self.cap_month_usd)
        return Ledger.open(self.ledger_url, caps=caps, spill=self.root / "receipts", hooks_url=self.hooks_url)

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


def _cap(variable: str, env: Mapping[str, str]) -> Decimal | None:
    said = env.get(variable)
    if not said:
        return None
    try:
        amount = Decimal(said.strip().lstrip("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and amount >= 0):
        raise ConfigError(f"{variable} is {said!r}: write an amount in US dollars, 0 or more, such as 20.00")
    return amount
