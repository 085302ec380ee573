"""How an account behaves follows from where it is."""

from __future__ import annotations

import pytest

from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.account import HOSTED_LISTING_DELAY_S


@pytest.mark.parametrize("base_url", [None, "https://gateway.example.com/v1", "http://10.0.0.7:8080"])
def test_a_gateway_keeps_the_pace_of_the_provider_behind_it(base_url: str | None) -> None:
    """A lost order gets its full time to turn up: looked for too early it would be bought twice."""
    for account in (EmpirioLabs("key", base_url=base_url), Pixazo("key", base_url=base_url)):
        assert (account.typical_s, account.poll_s, account.listing_delay_s) == (
            120.0,
            5.0,
            HOSTED_LISTING_DELAY_S,
        )
    assert EmpirioLabs("key", base_url=base_url).requests_per_minute == 50
    assert Pixazo("key", base_url=base_url).requests_per_minute is None


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8765", "http://localhost:1", "http://[::1]:8765/v1"])
def test_only_a_sandbox_on_loopback_is_hurried(base_url: str) -> None:
    account = EmpirioLabs("key", base_url=base_url)
    assert (account.typical_s, account.poll_s, account.listing_delay_s) == (2.0, 0.5, 5.0)
    assert account.requests_per_minute is None
