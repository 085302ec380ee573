"""Fingerprints of keys, and which of them are of one wallet."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from vitrine.errors import LedgerError
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.fingerprints import (
    account_of,
    is_same_account,
    join_accounts,
    list_accounts,
    receipts_of,
    record_account,
)
from vitrine.ledger.database_clock import utc_now
from vitrine.models import Job
from vitrine.models.order import Order
from vitrine.providers import EmpirioLabs

MakeOrder = Callable[..., Order]
A, B, C, D = (digit * 16 for digit in "abcd")


def _buy(ledger: Ledger, order: Order, account: str | None, request_id: str) -> None:
    ledger.claim(order, Decimal("0.249"), account=account)
    ledger.record_intent(order.key)
    job = Job(key=order.key, provider=order.provider, request_id=request_id, submitted_at=utc_now())
    ledger.record_receipt(job)


def test_a_fingerprint_tells_keys_urls_and_ledgers_apart(ledger: Ledger) -> None:
    one = EmpirioLabs("key-1")
    assert account_of(one, ledger) == account_of(EmpirioLabs("key-1"), ledger)
    others = [EmpirioLabs("key-2"), EmpirioLabs("key-1", base_url="https://gateway.example")]
    assert account_of(one, ledger) not in [account_of(other, ledger) for other in others]
    assert one.fingerprint("another salt") != account_of(one, ledger)


def test_keys_of_one_wallet_are_joined_whichever_comes_first(ledger: Ledger) -> None:
    assert is_same_account(ledger, A, A)
    assert not is_same_account(ledger, A, B)
    assert is_same_account(ledger, None, B)  # a purchase of an older release
    join_accounts(ledger, A, B, "proof")
    join_accounts(ledger, C, D, "proof")
    assert not is_same_account(ledger, B, C)
    join_accounts(ledger, D, B, "proof")
    join_accounts(ledger, A, C, "again")
    assert all(is_same_account(ledger, one, other) for one in (A, B, C, D) for other in (A, B, C, D))


@pytest.mark.parametrize("wrong", ["", "abc", "A" * 16, "g" * 16, "sk-live-0123456"])
def test_a_key_is_not_taken_for_a_fingerprint(ledger: Ledger, wrong: str) -> None:
    with pytest.raises(LedgerError, match="is no account"):
        join_accounts(ledger, A, wrong, "a person says so")


def test_the_receipts_of_a_wallet_are_those_of_all_its_keys(ledger: Ledger, make_order: MakeOrder) -> None:
    for name, account in (("a", A), ("b", B), ("c", C), ("old", None)):
        _buy(ledger, make_order(name), account, f"job-{name}")
    join_accounts(ledger, A, B, "proof")
    assert receipts_of(ledger, A) == receipts_of(ledger, B) == {"job-a", "job-b"}
    assert receipts_of(ledger, C) == {"job-c"}
    assert [(known.account, known.wallet) for known in list_accounts(ledger)] == [(A, A), (B, A), (C, C)]


def test_an_account_is_recorded_once(ledger: Ledger, make_order: MakeOrder) -> None:
    order = make_order()
    _buy(ledger, order, None, "job")
    for account in (A, B):
        record_account(ledger, order.key, account)
    purchase = ledger.get(order.key)
    assert purchase is not None
    assert purchase.account == A
