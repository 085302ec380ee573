"""Settings of this machine: where the ledger and the work store are, and how much may be spent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from vitrine.errors import ConfigError
from vitrine.private_files import make_private_folder
from vitrine.record import Record
from vitrine.storage.open import open_bucket
from vitrine.storage.work_store import WorkStore

if TYPE_CHECKING:
    from vitrine.ledger import Ledger

ON, OFF = ("on", "1", "true", "yes"), ("off", "0", "false", "no")


class Settings(Record):
    """What the environment variables `VITRINE_…` say; `from_env` reads them."""

    home: Path
    """Folder of everything that is not given an address of its own."""
    ledger_url: str
    """SQLAlchemy URL: `sqlite:///…`, or `postgresql+psycopg://…` where several machines share a ledger."""
    cap_run_usd: Decimal | None = None
    cap_day_usd: Decimal | None = None
    cap_month_usd: Decimal | None = None
    """Most that may be spent, in US dollars; `None` is no limit."""
    hooks_url: str | None = None
    """Public https address at which providers reach `vitrine hooks`; `None` without webhooks."""
    check_public_url: bool = True
    """Whether a run checks, before it buys, that readers can open what it will publish."""
    server_idle_s: float = 600.0
    """Seconds that the Prefect server which a command has started waits for the next one; 0 stops it."""
    work_store_url: str
    """A folder, or `s3://bucket/prefix` where several machines share the work store."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the variables from `env`, by default this process's; creates nothing.

        `VITRINE_HOME` (default `~/.vitrine`), `VITRINE_LEDGER` and `VITRINE_WORK` (default: in the home),
        `VITRINE_CAP_RUN_USD`, `VITRINE_CAP_DAY_USD` and `VITRINE_CAP_MONTH_USD` (default: no limit),
        `VITRINE_HOOKS_URL` (default: no webhooks), `VITRINE_CHECK_PUBLIC_URL` (default: on),
        `VITRINE_SERVER_IDLE_S` (default: 600). Raises `ConfigError` when the home is a file, there is no
        home directory, a cap is not an amount, a time is not a number, or a switch is neither on nor off.
        """
        env = os.environ if env is None else env
        try:
            home = Path(env.get("VITRINE_HOME") or "~/.vitrine").expanduser().absolute()
        except RuntimeError as error:
            raise ConfigError("there is no home directory: set VITRINE_HOME to a folder") from error
        if home.exists() and not home.is_dir():
            raise ConfigError(f"VITRINE_HOME is {home}, which is a file: name a folder")
        return cls(
            home=home,
            ledger_url=env.get("VITRINE_LEDGER") or f"sqlite:///{home / 'ledger.sqlite3'}",
            work_store_url=env.get("VITRINE_WORK") or str(home / "work"),
            hooks_url=env.get("VITRINE_HOOKS_URL") or None,
            check_public_url=_switch("VITRINE_CHECK_PUBLIC_URL", env),
            server_idle_s=_seconds("VITRINE_SERVER_IDLE_S", env),
            cap_run_usd=_cap("VITRINE_CAP_RUN_USD", env),
            cap_day_usd=_cap("VITRINE_CAP_DAY_USD", env),
            cap_month_usd=_cap("VITRINE_CAP_MONTH_USD", env),
        )

    def open_ledger(self) -> Ledger:
        """Open the ledger, creating the home folder first. Raises `ConfigError` or `LedgerError`."""
        from vitrine.ledger import Caps, Ledger  # SQLAlchemy takes 0.3 s to import

        self.make_home()
        caps = Caps(run_usd=self.cap_run_usd, day_usd=self.cap_day_usd, month_usd=self.cap_month_usd)
        return Ledger.open(
            self.ledger_url, caps=caps, receipt_spool=self.home / "receipts", hooks_url=self.hooks_url
        )

    def open_work_store(self) -> WorkStore:
        """Open the work store; a remote one keeps local copies in `home/cache`."""
        return WorkStore(open_bucket(self.work_store_url, private=True), cache=self.home / "cache")

    def make_home(self) -> Path:
        """Make the home folder and return it. Raises `ConfigError` where it cannot be made or written."""
        try:
            make_private_folder(self.home)
        except OSError as error:
            raise ConfigError(
                f"cannot make {self.home}: {error.strerror or error}. "
                "Set VITRINE_HOME to a folder you may write"
            ) from error
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise ConfigError(f"{self.home} may not be written: set VITRINE_HOME to a folder you may write")
        return self.home


def _switch(variable: str, env: Mapping[str, str]) -> bool:
    text = (env.get(variable) or "on").strip().lower()
    if text not in (*ON, *OFF):
        raise ConfigError(f"{variable} is {env[variable]!r}: write on or off")
    return text in ON


def _seconds(variable: str, env: Mapping[str, str]) -> float:
    text = env.get(variable) or str(Settings.model_fields["server_idle_s"].default)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise ConfigError(f"{variable} is {text!r}: write a number of seconds, 0 or more")
    return seconds


def _cap(variable: str, env: Mapping[str, str]) -> Decimal | None:
    text = env.get(variable)
    if not text:
        return None
    try:
        amount = Decimal(text.strip().lstrip("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and amount >= 0):
        raise ConfigError(f"{variable} is {text!r}: write an amount in US dollars, 0 or more, such as 20.00")
    return amount
