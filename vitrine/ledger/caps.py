"""How much may be spent."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from vitrine.record import Record

Usd = Annotated[Decimal, Field(ge=0)]


class Caps(Record):
    """Limits in US dollars; `None` is no limit. Days and months are UTC."""

    run_usd: Usd | None = None
    day_usd: Usd | None = None
    month_usd: Usd | None = None


NO_CAPS = Caps()
