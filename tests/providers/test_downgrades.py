"""1536 that is quietly made at 1024, over real HTTP: noticed wherever an answer or the file tells."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vitrine.ledger.shortfalls import shortfalls
from vitrine.models import Finding
from vitrine.recipe import Generation
from vitrine.sandbox.settings import EmpirioLabsOptions

LARGE = Generation(resolution=1536)


async def _deliver(shop: Any, generation: Generation = LARGE) -> tuple[Any, dict[str, Finding]]:
    job = await shop.buy(generation=generation)
    await shop.bring(job)
    findings = shortfalls(shop.purchase(job))
    return shop.purchase(job), {f.code: f for f in findings if "texture" not in f.message}


@pytest.mark.parametrize("open_shop", ["empiriolabs"], indirect=True)
async def test_a_downgrade_shows_in_the_settings_of_the_status(open_shop: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(usage="settings"))
    shop.fault("downgrade")
    bought, findings = await _deliver(shop)
    assert set(findings) == {"DOWNGRADED"}
    found = findings["DOWNGRADED"]
    assert (found.severity, found.measured, found.limit) == ("warning", 1024, 1536)
    assert bought.effective["resolution"] == "1024"
    assert "resolution 1536 was ordered" in bought.note
    assert (bought.price_usd, bought.quoted_usd) == (Decimal("0.499"), None)  # and charged in full


@pytest.mark.parametrize("open_shop", ["empiriolabs"], indirect=True)
async def test_a_downgrade_shows_in_the_charge_which_becomes_the_price(open_shop: Any) -> None:
    shop = open_shop(charge_downgraded="made", downgrade_1536=True)
    bought, findings = await _deliver(shop)
    assert set(findings) == {"DOWNGRADED", "CHARGED_OTHERWISE"}
    assert (findings["DOWNGRADED"].measured, findings["DOWNGRADED"].limit) == (1024, 1536)
    assert findings["CHARGED_OTHERWISE"].severity == "info"
    assert (bought.price_usd, bought.quoted_usd) == (Decimal("0.249"), Decimal("0.499"))
    assert bought.job().price_usd == Decimal("0.249")


@pytest.mark.parametrize("open_shop", ["empiriolabs"], indirect=True)
async def test_more_than_quoted_is_a_warning(open_shop: Any) -> None:
    dear = {512: "0.025", 1024: "0.300", 1536: "0.499"}
    shop = open_shop(empiriolabs=EmpirioLabsOptions(prices_usd=dear))
    account = shop.account
    shop.account = lambda key="key-1": _believing_the_list(account(key))
    bought, findings = await _deliver(shop, Generation())
    assert findings["CHARGED_OTHERWISE"].severity == "warning"
    assert (findings["CHARGED_OTHERWISE"].measured, findings["CHARGED_OTHERWISE"].limit) == (0.3, 0.249)
    assert bought.price_usd == Decimal("0.30")
    assert "charged $0.30, quoted $0.249" in bought.note


async def test_an_unconfirmed_resolution_is_reported(open_shop: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(usage="nothing"), downgrade_1536=True)
    _, findings = await _deliver(shop)
    assert {code: f.severity for code, f in findings.items()} == {"UNCONFIRMED": "info"}


@pytest.mark.parametrize("usage", ["settings", "cost", "nothing"])
async def test_a_model_made_as_ordered_has_no_finding(open_shop: Any, usage: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(usage=usage))
    bought, findings = await _deliver(shop, Generation(resolution=1024))
    assert findings == {}
    assert bought.quoted_usd is None


async def test_a_smaller_texture_shows_in_the_file(open_shop: Any) -> None:
    job = await (shop := open_shop()).buy(generation=Generation(texture_size=2048))  # the stub's has 4 px
    await shop.bring(job)
    (found,) = shortfalls(shop.purchase(job))
    assert (found.code, found.measured, found.limit) == ("DOWNGRADED", 4, 2048)
    assert "as measured in the file" in shop.purchase(job).note


def _believing_the_list(account: Any) -> Any:
    from vitrine.providers.prices import price_usd

    async def list_price_usd(order: Any) -> Decimal:
        return price_usd("empiriolabs", order.settings)

    account.price_usd = list_price_usd
    return account
