"""The times of an account follow from what its server says it is, never from where it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.account import HOSTED, SANDBOX, Times
from vitrine.sandbox.app import create_app
from vitrine.sandbox.settings import SandboxSettings

ADDRESSES = [None, "https://gateway.example.com/v1", "http://127.0.0.1:8765", "http://[::1]:8765/v1"]


@pytest.fixture
def sandbox(serve_app: Callable[[Starlette], AbstractContextManager[str]]) -> Any:
    with serve_app(create_app(SandboxSettings(engine="stub", processes=0))) as url:
        yield url


def _times(account: EmpirioLabs | Pixazo) -> Times:
    return Times(poll_s=account.poll_s, typical_s=account.typical_s, listing_delay_s=account.listing_delay_s)


@pytest.mark.parametrize("base_url", ADDRESSES)
def test_an_address_tells_nothing(base_url: str | None) -> None:
    """A lost order gets its full time to turn up: looked for too early it would be bought twice."""
    for account in (EmpirioLabs("key", base_url=base_url), Pixazo("key", base_url=base_url)):
        assert _times(account) == HOSTED
    assert EmpirioLabs("key", base_url=base_url).requests_per_minute == 50
    assert Pixazo("key", base_url=base_url).requests_per_minute is None


async def test_a_server_that_says_it_is_the_sandbox_gets_short_times_and_no_rate(sandbox: str) -> None:
    account = EmpirioLabs("key", base_url=sandbox + "/")
    await account.detect_sandbox()
    assert _times(account) == SANDBOX
    assert account.requests_per_minute is None
    await account.aclose()


async def test_a_given_rate_stays(sandbox: str) -> None:
    account = EmpirioLabs("key", base_url=sandbox, requests_per_minute=7)
    await account.detect_sandbox()
    assert account.requests_per_minute == 7
    await account.aclose()


async def test_a_gateway_to_the_sandbox_may_hold_an_order(
    sandbox: str, open_gateway: Callable[[str], Any]
) -> None:
    account = EmpirioLabs("key", base_url=open_gateway(sandbox).url)
    await account.detect_sandbox()
    assert (account.poll_s, account.typical_s) == (SANDBOX.poll_s, SANDBOX.typical_s)
    assert account.listing_delay_s == HOSTED.listing_delay_s
    await account.aclose()


async def test_another_server_on_loopback_is_a_gateway_to_a_provider(service: Any, http: Any) -> None:
    service.react = lambda _: http(404, {"error": "no such route"})
    account = EmpirioLabs("secret", base_url=service.url)
    await account.detect_sandbox()
    assert _times(account) == HOSTED
    assert account.requests_per_minute == 50
    assert [request.path for request in service.requests] == ["/sandbox/health"]
    assert "secret" not in str(service.requests)
    await account.aclose()


@pytest.mark.parametrize("reaction", [None, "reset", b"nonsense"])
async def test_a_server_that_does_not_answer_gets_the_hosted_times(service: Any, reaction: Any) -> None:
    service.react = lambda _: reaction
    account = Pixazo("key", base_url=service.url)
    await account.detect_sandbox()
    assert _times(account) == HOSTED
    await account.aclose()


async def test_the_providers_own_address_is_not_asked() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.url} was asked")

    account = EmpirioLabs("key", transport=httpx.MockTransport(answer))
    await account.detect_sandbox()
    assert _times(account) == HOSTED
    await account.aclose()
