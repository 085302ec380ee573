"""When an account gets no orders, and when it gets them again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from vitrine.errors import NotSent, ProviderBusy, ProviderRefused, ProviderUnreachable
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.breaker import acquire_permission, list_breakers, record_result, reset

DOWN = ProviderUnreachable("connection refused")


class Time:
    """A clock that a test sets."""

    now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(url: str, time: Time) -> Iterator[Ledger]:
    ledger = Ledger.open(url, now=time)
    yield ledger
    ledger.close()


def _fail(ledger: Ledger, times: int, error: NotSent = DOWN) -> None:
    for _ in range(times):
        record_result(ledger, "acme", error)


def test_three_failures_in_a_row_open_it_and_a_success_resets_the_count(ledger: Ledger) -> None:
    _fail(ledger, 2)
    record_result(ledger, "acme", None)
    _fail(ledger, 2)
    assert acquire_permission(ledger, "acme") is None
    _fail(ledger, 1)
    breaker = acquire_permission(ledger, "acme")
    assert breaker is not None
    assert (breaker.failures, breaker.held, breaker.why) == (3, False, "connection refused")
    assert acquire_permission(ledger, "other") is None


def test_after_its_pause_one_probe_goes_and_decides(ledger: Ledger, time: Time) -> None:
    _fail(ledger, 3)
    time.pass_s(59)
    assert acquire_permission(ledger, "acme") is not None
    time.pass_s(2)
    assert acquire_permission(ledger, "acme") is None  # the probe
    assert acquire_permission(ledger, "acme") is not None  # and nobody else
    record_result(ledger, "acme", DOWN)
    time.pass_s(119)
    assert acquire_permission(ledger, "acme") is not None
    time.pass_s(2)
    assert acquire_permission(ledger, "acme") is None
    record_result(ledger, "acme", None)
    assert [acquire_permission(ledger, "acme") for _ in range(3)] == [None] * 3


def test_the_pause_has_a_maximum_and_obeys_retry_after(ledger: Ledger, time: Time) -> None:
    _fail(ledger, 30)
    time.pass_s(901)
    assert acquire_permission(ledger, "acme") is None
    record_result(ledger, "acme", ProviderBusy("429", retry_after_s=3000))
    time.pass_s(2900)
    assert acquire_permission(ledger, "acme") is not None


def test_an_empty_wallet_waits_for_a_person(ledger: Ledger, time: Time) -> None:
    record_result(ledger, "acme", ProviderRefused("HTTP 402: too poor", status=402))
    time.pass_s(1e6)
    breaker = acquire_permission(ledger, "acme")
    assert breaker is not None
    assert breaker.held
    assert [b.account for b in list_breakers(ledger)] == ["acme"]
    assert reset(ledger, "acme")
    assert acquire_permission(ledger, "acme") is None
    assert not reset(ledger, "acme")


def test_too_many_requests_do_not_open_it(ledger: Ledger) -> None:
    _fail(ledger, 5, ProviderBusy("slow down", status=429))
    assert acquire_permission(ledger, "acme") is None
    _fail(ledger, 3, ProviderBusy("model_unavailable", status=503))
    assert acquire_permission(ledger, "acme") is not None


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refusal_of_one_order_does_not_count(ledger: Ledger, status: int) -> None:
    _fail(ledger, 5, ProviderRefused("bad photo", status=status))
    assert acquire_permission(ledger, "acme") is None


def test_a_wrong_key_counts_against_the_account(ledger: Ledger) -> None:
    _fail(ledger, 3, ProviderRefused("bad key", status=401))
    assert acquire_permission(ledger, "acme") is not None
