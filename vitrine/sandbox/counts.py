"""How often the sandbox was asked, and for what."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any


class Counts:
    """Requests by route and account, and the busiest minute of each account."""

    def __init__(self) -> None:
        self.by_route: Counter[str] = Counter()
        self.by_account: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()
        self.downloads_with_key = 0
        self.busiest_minute: dict[str, int] = {}
        self._recent: dict[str, deque[float]] = {}

    def request(self, route: str, account: str, now: float) -> int:
        """Count one; returns how many this account has made in the minute up to now, this one included."""
        self.by_route[route] += 1
        self.by_account[account] += 1
        recent = self._recent.setdefault(account, deque())
        while recent and recent[0] <= now - 60:
            recent.popleft()
        recent.append(now)
        self.busiest_minute[account] = max(self.busiest_minute.get(account, 0), len(recent))
        return len(recent)

    def wait_s(self, account: str, limit: int, now: float) -> float:
        """Seconds until the account is below `limit` requests a minute again."""
        recent = self._recent.get(account, deque())
        return max(0.0, recent[-limit] + 60 - now) if len(recent) >= limit else 0.0

    def report(self) -> dict[str, Any]:
        return {
            "total": sum(self.by_route.values()),
            "by_route": dict(sorted(self.by_route.items())),
            "by_status": {str(status): n for status, n in sorted(self.by_status.items())},
            "by_account": dict(self.by_account),
            "busiest_minute": dict(self.busiest_minute),
            "downloads_with_key": self.downloads_with_key,
        }
