"""Reading EmpirioLabs' account usage, what was charged line by line; its shape is not documented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from vitrine.providers.answers.dollars import read_usd
from vitrine.providers.answers.reported import charge_reported
from vitrine.providers.base import Charge, RecentCharges
from vitrine.providers.empiriolabs_list import read_time

LIST_NAMES = ("data", "charges", "usage", "items", "records", "results")
MAX_BILL_USD = Decimal(10_000_000)
ID_NAMES = ("job_id", "request_id", "generation_id", "reference")


def read_charges(data: Mapping[str, Any]) -> RecentCharges | None:
    """Return the charges, newest first if they have times; `None` if there are only sums.

    The list is complete if its charges add up to the total beside it; a page may end anywhere.
    """
    lines = next((data[name] for name in LIST_NAMES if isinstance(data.get(name), list)), None)
    if lines is None:
        return None
    read = [_charge(line) for line in lines if isinstance(line, dict)]
    if all(line.created_at is not None for line in read):
        read.sort(key=lambda line: line.created_at or datetime.max, reverse=True)
    total = read_usd(data.get("total_usd", data.get("total")), max_usd=MAX_BILL_USD)
    whole = len(read) == len(lines) and total == sum((line.usd or Decimal(0) for line in read), Decimal(0))
    return RecentCharges(lines=tuple(read), complete=whole)


def _charge(line: dict[str, Any]) -> Charge:
    request_id = next((line[name] for name in ID_NAMES if isinstance(line.get(name), str | int)), None)
    times = (read_time(line.get(name)) for name in ("created_at", "time", "timestamp", "date"))
    return Charge(
        request_id=None if request_id is None else str(request_id),
        usd=charge_reported(line),
        created_at=next((time for time in times if time is not None), None),
    )
