"""Reading EmpirioLabs' account usage, whose shape is not documented: what was charged, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from vitrine.providers.base import Charge, RecentCharges
from vitrine.providers.empiriolabs_list import instant
from vitrine.providers.reported import charge_reported, usd_of

PLACES = ("data", "charges", "usage", "items", "records", "results")
HIGHEST_BILL_USD = Decimal(10_000_000)
IDS = ("job_id", "request_id", "generation_id", "reference")


def charges(data: Mapping[str, Any]) -> RecentCharges | None:
    """The charges in an answer, newest first where they have times; `None` where it gives sums only.

    They are all there are when they add up to the total that stands beside them; a page may be cut anywhere.
    """
    lines = next((data[name] for name in PLACES if isinstance(data.get(name), list)), None)
    if lines is None:
        return None
    read = [_charge(line) for line in lines if isinstance(line, dict)]
    if all(line.created_at is not None for line in read):
        read.sort(key=lambda line: line.created_at or datetime.max, reverse=True)
    total = usd_of(data.get("total_usd", data.get("total")), highest=HIGHEST_BILL_USD)
    whole = len(read) == len(lines) and total == sum((line.usd or Decimal(0) for line in read), Decimal(0))
    return RecentCharges(lines=tuple(read), complete=whole)


def _charge(line: dict[str, Any]) -> Charge:
    said = next((line[name] for name in IDS if isinstance(line.get(name), str | int)), None)
    times = (instant(line.get(name)) for name in ("created_at", "time", "timestamp", "date"))
    return Charge(
        request_id=None if said is None else str(said),
        usd=charge_reported(line),
        created_at=next((time for time in times if time is not None), None),
    )
