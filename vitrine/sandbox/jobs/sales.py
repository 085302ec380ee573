"""The sales book: every order that was taken, for good."""

from __future__ import annotations

import hashlib
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from vitrine.record import Record
from vitrine.sandbox.jobs.orders import Wanted


class Sale(Record):
    """One accepted order. What the buyer pays is decided here and never again."""

    request_id: str
    provider: str
    account: str
    """Which key, as a hash: the key itself is not written down."""
    key_last4: str
    at: float
    """Seconds since 1970, by the service's clock."""
    price_usd: Decimal
    image_sha256: str
    settings: dict[str, JsonValue]
    wanted: Wanted
    webhook: str | None = None
    inline: bool = False
    fates: tuple[str, ...] = ()
    """What is to become of the job, where a fault was asked for."""
    status_word: str = ""
    queue_s: float = 0
    """How much longer than others its job is queued."""


def account_of(key: str) -> str:
    """The name of a key in the book."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class SalesBook:
    """Append-only; with a file, on disk (fsync) before `write` returns, and read back at the next start."""

    def __init__(self, path: Path | None) -> None:
        self.sales: list[Sale] = []
        self.refunded: set[str] = set()
        self._file = None
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = False
        if path.exists():
            text = path.read_text(encoding="utf-8")
            for line in text.splitlines():
                self._take(line)
            torn = bool(text) and not text.endswith("\n")
        self._file = path.open("a", encoding="utf-8")
        if torn:
            self._file.write("\n")

    def write(self, sale: Sale) -> None:
        self.sales.append(sale)
        self._append({"sale": sale.model_dump(mode="json")})

    def refund(self, request_id: str) -> None:
        if request_id not in self.refunded:
            self.refunded.add(request_id)
            self._append({"refund": request_id})

    def spent_usd(self, account: str) -> Decimal:
        """What this key has been charged in all."""
        return sum((self.charge_usd(sale) for sale in self.sales if sale.account == account), Decimal(0))

    def charge_usd(self, sale: Sale) -> Decimal:
        return Decimal(0) if sale.request_id in self.refunded else sale.price_usd

    def _append(self, entry: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(entry, separators=(",", ":")) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def _take(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return  # the last line of a process that was killed while it wrote: it never answered either
        if "sale" in entry:
            self.sales.append(Sale.model_validate(entry["sale"]))
        elif "refund" in entry:
            self.refunded.add(entry["refund"])
