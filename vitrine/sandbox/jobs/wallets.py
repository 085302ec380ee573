"""API keys and their wallets: several keys, one after another, may belong to one wallet."""

from __future__ import annotations

from decimal import Decimal

from vitrine.sandbox.jobs.order import ApiError
from vitrine.sandbox.jobs.sales_log import account_of
from vitrine.sandbox.settings import SandboxSettings


class Wallets:
    """Which keys are valid, and whose jobs and charges each of them shows."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self._first_keys: dict[str, str] = {}
        """New key -> the first key of its wallet."""
        self._revoked: set[str] = set()
        for new, old in settings.rotated_keys.items():
            self.rotate(old, new)

    def rotate(self, old: str, new: str, *, keep_old: bool = False) -> None:
        """Give the wallet of the key `old` the key `new`; `old` is not valid any more, unless kept."""
        self._first_keys[new] = self._first_key(old)
        self._revoked.discard(new)
        if not keep_old:
            self._revoked.add(old)

    def authenticate(self, key: str) -> str:
        """Check an API key; return its wallet's account. Raises `ApiError` 401."""
        if not key:
            raise ApiError(401, "missing_api_key", "no API key in the request")
        known = key in self._settings.keys or key in self._first_keys
        if key in self._revoked or (self._settings.keys and not known):
            raise ApiError(401, "invalid_api_key", "this API key is not known")
        return account_of(self._first_key(key))

    def limit_usd(self, key: str) -> Decimal | None:
        """The most that the key's wallet can spend in all; `None` without a limit."""
        return self._settings.wallets_usd.get(self._first_key(key))

    def _first_key(self, key: str) -> str:
        return self._first_keys.get(key, key)
