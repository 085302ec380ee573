"""The sales log: an append-only record of every accepted order."""

from __future__ import annotations

import hashlib
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, JsonValue

from vitrine.record import Record
from vitrine.sandbox.jobs.order import EngineSettings


class Sale(Record):
    """One accepted order and its price, which never changes afterwards."""

    # The log's keys are older than three of the field names: files must stay readable.
    model_config = ConfigDict(populate_by_name=True)

    request_id: str
    provider: str
    account: str
    """A hash of the API key: the log does not contain the key itself."""
    key_last4: str
    sold_at: float = Field(validation_alias="at", serialization_alias="at")
    """Seconds since 1970, by the sandbox's clock."""
    price_usd: Decimal
    image_sha256: str
    settings: dict[str, JsonValue]
    engine_settings: EngineSettings = Field(validation_alias="wanted", serialization_alias="wanted")
    webhook: str | None = None
    inline: bool = False
    job_faults: tuple[str, ...] = Field(default=(), validation_alias="fates", serialization_alias="fates")
    """The faults of this job; see `JOB_FAULTS`."""
    status_word: str = ""
    queue_s: float = 0
    """How much longer than other jobs this one is queued."""


def account_of(key: str) -> str:
    """The name of an API key in the log: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class SalesLog:
    """Sales and refunds, in memory or in a JSON Lines file.

    With a file, every entry is on disk (fsync) before `append` returns, and the next start reads it back.
    """

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
                self._read(line)
            torn = bool(text) and not text.endswith("\n")
        self._file = path.open("a", encoding="utf-8")
        if torn:
            self._file.write("\n")

    def append(self, sale: Sale) -> None:
        """Record a sale."""
        self.sales.append(sale)
        self._write({"sale": sale.model_dump(mode="json", by_alias=True)})

    def refund(self, request_id: str) -> None:
        """Record a refund; a second refund of the same request changes nothing."""
        if request_id not in self.refunded:
            self.refunded.add(request_id)
            self._write({"refund": request_id})

    def spent_usd(self, account: str) -> Decimal:
        """The sum of an account's charges."""
        return sum((self.charge_usd(sale) for sale in self.sales if sale.account == account), Decimal(0))

    def charge_usd(self, sale: Sale) -> Decimal:
        """What a sale costs after refunds."""
        return Decimal(0) if sale.request_id in self.refunded else sale.price_usd

    def _write(self, entry: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(entry, separators=(",", ":")) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def _read(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return  # a process was killed while it wrote this line, so it never responded to the order
        if "sale" in entry:
            self.sales.append(Sale.model_validate(entry["sale"]))
        elif "refund" in entry:
            self.refunded.add(entry["refund"])
