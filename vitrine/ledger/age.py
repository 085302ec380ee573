"""How long ago an order was sent, by two clocks, as the time of day may be set forward or back.

The ages of orders decide whether money is spent again. The ledger's clock (the database server's, or with
SQLite this machine's time of day) can be set. The time since boot cannot, but it is known only for orders of
this machine since its last start, and it stands still while a virtual machine is paused. So an age is a
range: what must have passed is read off the lower end, what may have passed off the upper end.
"""

from __future__ import annotations

import time
from datetime import datetime

from vitrine.ledger.owner import is_this_boot
from vitrine.ledger.purchase import Purchase
from vitrine.record import Record

_CLOCK = getattr(time, "CLOCK_BOOTTIME", None)
CLOCKS_AGREE_S = 60.0
"""Two clocks that differ by more have been set apart."""


class Age(Record):
    """The seconds since an order was sent: `at_least_s` by one clock, `at_most_s` by the other."""

    at_least_s: float
    at_most_s: float

    @classmethod
    def exactly(cls, seconds: float) -> Age:
        """Return an age that is known."""
        return cls(at_least_s=seconds, at_most_s=seconds)

    @property
    def clock_was_set(self) -> bool:
        """Whether the ledger's clock was set since, so that its times cannot be compared."""
        return self.at_most_s - self.at_least_s > CLOCKS_AGREE_S


def uptime_s() -> float:
    """Return the seconds since this machine was started, with the time that it slept."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


def age_of(purchase: Purchase, now: datetime, uptime_s: float) -> Age:
    """Return how long ago an order was sent; `now` is the ledger's time, `uptime_s` this machine's."""
    passed_s = (now - purchase.sent_at).total_seconds()
    if purchase.sent_uptime_s is not None and is_this_boot(purchase.owner):
        since_s = max(uptime_s - purchase.sent_uptime_s, 0.0)
        return Age(at_least_s=max(min(passed_s, since_s), 0.0), at_most_s=max(passed_s, since_s))
    if passed_s < -CLOCKS_AGREE_S:  # the clock was set back: any time may have passed
        return Age(at_least_s=0.0, at_most_s=float(10**9))
    return Age.exactly(max(passed_s, 0.0))
