"""Orders that vanish between the sandbox and us, over real HTTP: never sold twice, found where one can."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from vitrine.errors import JobExpired, JobNotFound, OutcomeUnknown, PurchaseHeld
from vitrine.sandbox.settings import EmpirioLabsOptions


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "garbage"},
        {"kind": "no-id"},
        {"kind": "drop", "accepted": True},
        {"kind": "stall", "accepted": True, "delay_s": 2},
        {"kind": "answer", "accepted": True, "status": 500},
        {"kind": "answer", "accepted": True, "status": 502, "body": "html"},
        {"kind": "answer", "accepted": True, "status": 503, "body": "text"},
        {"kind": "answer", "accepted": True, "status": 504, "body": "html"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
)
async def test_a_job_sold_without_a_response_is_not_bought_again(
    open_shop: Any, fault: dict[str, Any]
) -> None:
    shop = open_shop()
    shop.fault(**fault)
    with pytest.raises(OutcomeUnknown):
        await shop.buy()
    assert shop.sales() == 1
    if shop.provider == "pixazo":  # it lists no jobs: a person decides
        with pytest.raises(PurchaseHeld, match=r"the provider lists no jobs.*vitrine ledger resolve"):
            await shop.buy()
    else:  # found in the provider's list
        assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "drop"}, {"kind": "stall", "delay_s": 2}, {"kind": "answer", "status": 500}]
)
async def test_a_job_not_sold_without_a_response_is_bought_once(
    open_shop: Any, fault: dict[str, Any]
) -> None:
    shop = open_shop()
    shop.fault(**fault)
    with pytest.raises(OutcomeUnknown):
        await shop.buy()
    assert shop.sales() == 0
    if shop.provider == "pixazo":
        with pytest.raises(PurchaseHeld):
            await shop.buy()
        assert shop.sales() == 0
    else:
        assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
        assert shop.sales() == 1


only_empiriolabs = pytest.mark.parametrize("open_shop", ["empiriolabs"], indirect=True)


async def _lose(shop: Any, attempt: int, **fault: Any) -> None:
    shop.fault(**fault)
    with pytest.raises(OutcomeUnknown):
        await shop.buy(attempt=attempt)


async def _history(shop: Any) -> None:
    """Three orders that show whose account it is."""
    for attempt in (11, 12, 13):
        await shop.buy(attempt=attempt)


@only_empiriolabs
@pytest.mark.parametrize("list_jobs", ["plain", "missing"])
async def test_the_bill_settles_what_the_list_leaves_open(open_shop: Any, list_jobs: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(list_jobs=list_jobs))
    await _history(shop)
    await _lose(shop, 1, kind="reset")
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 4


@only_empiriolabs
async def test_a_job_no_longer_listed_but_charged_is_not_bought_again(open_shop: Any) -> None:
    shop = open_shop()
    await _history(shop)
    await _lose(shop, 1, kind="reset")
    httpx.post(f"{shop.url}/sandbox/clock", json={"advance_s": 3 * 3600}).raise_for_status()
    job = await shop.buy()  # adopted: the list is empty, the bill is not
    assert job.reused
    with pytest.raises(JobNotFound):
        await shop.bring(job)
    assert (shop.state(job), shop.sales()) == ("submitted", 4)
    shop.later(3)
    with pytest.raises(JobExpired, match="not found 6 times"):
        await shop.bring(job)
    assert (shop.state(job), shop.sales()) == ("expired", 4)


@only_empiriolabs
@pytest.mark.parametrize("usage", ["anonymous", "totals", "missing"])
async def test_a_bill_without_jobs_proves_nothing(open_shop: Any, usage: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(list_jobs="missing", account_usage=usage))
    await _lose(shop, 1, kind="drop")
    shop.later(2)
    with pytest.raises(PurchaseHeld, match="job list cannot be had"):
        await shop.buy()
    assert shop.sales() == 0


@only_empiriolabs
@pytest.mark.parametrize(
    ("hours", "later", "lag_s", "settled"),
    [(2, True, 0, True), (0, True, 0, False), (2, False, 0, False), (2, True, 7200, False)],
    ids=["an hour has passed", "too early", "nothing ordered since", "the bill lags"],
)
async def test_a_missing_charge_is_proof_only_after_the_bills_lag(
    open_shop: Any, hours: int, later: bool, lag_s: float, settled: bool
) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(list_jobs="missing", usage_lag_s=lag_s))
    await shop.buy(attempt=1)
    await _lose(shop, 2, kind="drop")
    if later:
        await shop.buy(attempt=3)
    sold = shop.sales()
    shop.later(hours)
    if settled:
        assert not (await shop.buy(attempt=2)).reused
        assert shop.sales() == sold + 1
    else:
        with pytest.raises(PurchaseHeld, match="vitrine ledger resolve"):
            await shop.buy(attempt=2)
        assert shop.sales() == sold


@only_empiriolabs
@pytest.mark.parametrize("skew_s", [3600, -3600])
async def test_a_clock_difference_is_measured_by_the_known_charges(open_shop: Any, skew_s: float) -> None:
    shop = open_shop(clock_skew_s=skew_s, empiriolabs=EmpirioLabsOptions(list_jobs="missing"))
    await _history(shop)
    await _lose(shop, 1, kind="reset")
    assert (await shop.buy()).reused
    await _lose(shop, 2, kind="drop")
    with pytest.raises(PurchaseHeld):
        await shop.buy(attempt=2)
    assert shop.sales() == 4


@only_empiriolabs
async def test_an_account_with_other_buyers_needs_a_person(open_shop: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(list_jobs="missing"))
    other_order = {"model": "trellis-2-4b", "image": "data:image/png;base64,AAAA"}
    headers = {"Authorization": "Bearer key-1"}
    httpx.post(f"{shop.url}/v1/3d/generations", json=other_order, headers=headers).raise_for_status()
    await _lose(shop, 1, kind="drop")
    with pytest.raises(PurchaseHeld):
        await shop.buy()
    await _lose(shop, 2, kind="reset")
    with pytest.raises(PurchaseHeld, match="nobody here claims the charges"):
        await shop.buy(attempt=2)
    assert shop.sales() == 2
