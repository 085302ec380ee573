"""Orders that vanish between the sandbox and us, over real HTTP: never sold twice, found where one can."""

from __future__ import annotations

from typing import Any

import pytest

from vitrine.errors import OutcomeUnknown, PurchaseHeld


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
async def test_what_was_sold_in_silence_is_never_sold_twice(open_shop: Any, fault: dict[str, Any]) -> None:
    shop = open_shop()
    shop.fault(**fault)
    with pytest.raises(OutcomeUnknown):
        await shop.buy()
    assert shop.sales() == 1
    if shop.provider == "pixazo":  # nobody to ask: held for a person
        with pytest.raises(PurchaseHeld, match=r"the provider lists no jobs.*vitrine ledger resolve"):
            await shop.buy()
    else:  # found in the provider's list
        assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "drop"}, {"kind": "stall", "delay_s": 2}, {"kind": "answer", "status": 500}]
)
async def test_what_was_not_sold_in_silence_is_sold_once_after_all(
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
