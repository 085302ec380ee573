"""Several accounts, one purchase."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from vitrine.errors import (
    ConfigError,
    InputError,
    JobFailed,
    OutcomeUnknown,
    ProviderBusy,
    ProviderRefused,
    ProviderUnreachable,
    PurchaseHeld,
)
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.breaker import reset
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.providers.routing import parse_accounts, route
from vitrine.purchasing.buy_model import buy_model
from vitrine.recipe import Generation

PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=4, media_type="image/png"))


async def photo_for(provider: ImageTo3DProvider) -> PhotoUpload:  # noqa: ARG001
    return PhotoUpload(data=b"png!", url="https://cdn.example/p.png")


@pytest.fixture
def shop(fake_provider: Any, ledger: Ledger) -> Callable[..., Any]:
    """Two accounts in memory at two prices, and `buy_model` them."""
    cheap, dear = fake_provider, type(fake_provider)(name="pixazo")

    def stock(account: Any, usd: str) -> None:
        async def price_usd(order: Order) -> Decimal:  # noqa: ARG001
            return Decimal(usd)

        def order(photo: PhotoIdentity, generation: Generation, *, attempt: int = 1) -> Order:
            settings = {"resolution": generation.resolution}
            return Order(photo=photo, provider=account.name, model="m", settings=settings, attempt=attempt)

        account.price_usd, account.order = price_usd, order

    stock(cheap, "0.249")
    stock(dear, "0.35")

    async def purchase(**options: Any) -> Job:
        accounts = options.pop("accounts", [dear, cheap])
        return await buy_model(
            accounts, PHOTO, Generation(), options.pop("upload", photo_for), ledger, **options
        )

    purchase.cheap, purchase.dear = cheap, dear  # type: ignore[attr-defined]
    return purchase


async def test_the_cheapest_is_asked_first_or_the_first_as_given(shop: Any) -> None:
    assert (await shop()).provider == "empiriolabs"
    assert (await shop(policy="in-order", attempt=2)).provider == "pixazo"


@pytest.mark.parametrize(
    "refusal",
    [ProviderBusy("429"), ProviderUnreachable("down"), ProviderRefused("402", status=402)],
)
async def test_after_an_explicit_refusal_the_next_account_is_asked(shop: Any, refusal: Exception) -> None:
    shop.cheap.refuse = refusal
    assert (await shop()).provider == "pixazo"
    shop.cheap.refuse = None
    again = await shop()  # the purchase is at pixazo now, and stays there
    assert (again.provider, again.reused, shop.cheap.sold) == ("pixazo", True, [])


async def test_the_next_account_is_not_asked_without_a_refusal(shop: Any) -> None:
    shop.cheap.refuse = OutcomeUnknown("silence")
    with pytest.raises(OutcomeUnknown):
        await shop()
    with pytest.raises(PurchaseHeld):
        await shop()
    with pytest.raises(PurchaseHeld):
        await shop(policy="in-order")
    assert shop.dear.sold == []


async def test_the_next_account_is_not_asked_while_a_job_exists_nor_after_it_failed(
    shop: Any, ledger: Ledger
) -> None:
    job = await shop()
    for options in ({"policy": "in-order"}, {"accounts": [shop.cheap]}):
        again = await shop(**options)
        assert (again.request_id, again.provider, again.reused) == (job.request_id, "empiriolabs", True)
    ledger.mark_failed(job.key, "boom")
    shop.cheap.statuses = [JobStatus(state="failed", error="boom")]
    with pytest.raises(JobFailed, match="raise the attempt"):
        await shop(policy="in-order")
    assert shop.dear.sold == []


async def test_a_purchase_is_found_when_more_accounts_are_named(shop: Any) -> None:
    job = await shop(accounts=[shop.dear])
    again = await shop(policy="cheapest")
    assert (again.request_id, again.provider, again.reused) == (job.request_id, "pixazo", True)
    assert shop.cheap.sold == []


async def test_naming_only_another_account_orders_from_it(shop: Any) -> None:
    """A model from the sandbox, say, does not stand in for the real thing."""
    assert (await shop(accounts=[shop.cheap])).provider == "empiriolabs"
    there = await shop(accounts=[shop.dear])
    assert (there.provider, there.reused) == ("pixazo", False)


async def test_concurrent_runs_with_different_policies_buy_once(shop: Any) -> None:
    orders = [{"accounts": [shop.cheap, shop.dear]}, {}, {"policy": "in-order"}]
    jobs = await asyncio.gather(*(shop(**options) for options in orders * 4))
    assert len({(job.provider, job.request_id) for job in jobs}) == 1
    assert len(shop.cheap.sold) + len(shop.dear.sold) == 1


async def test_a_failing_account_is_paused(shop: Any) -> None:
    shop.cheap.refuse = ProviderUnreachable("down")
    for attempt in range(1, 4):
        await shop(attempt=attempt)
    shop.cheap.refuse = AssertionError("it must not be asked")
    assert (await shop(attempt=4)).provider == "pixazo"
    with pytest.raises(ProviderBusy, match=r"empiriolabs gets no orders until \d\d:.*down") as busy:
        await shop(accounts=[shop.cheap], attempt=5)
    assert busy.value.retry_after_s == pytest.approx(60, abs=10)


async def test_an_empty_wallet_stops_orders_until_a_person_acts(shop: Any, ledger: Ledger) -> None:
    shop.cheap.refuse = ProviderRefused("HTTP 402", status=402)
    assert (await shop()).provider == "pixazo"
    shop.cheap.refuse = None
    with pytest.raises(ProviderRefused, match="vitrine ledger accounts --reopen empiriolabs"):
        await shop(accounts=[shop.cheap], attempt=2)
    reset(ledger, "empiriolabs")
    assert (await shop(attempt=2)).provider == "empiriolabs"


async def test_an_open_breaker_does_not_hide_a_purchase(shop: Any) -> None:
    job = await shop()
    shop.cheap.refuse = ProviderUnreachable("down")
    for attempt in range(2, 5):
        with pytest.raises(ProviderUnreachable):
            await shop(accounts=[shop.cheap], attempt=attempt)
    assert (await shop()).request_id == job.request_id


async def test_a_photo_without_a_url_goes_to_an_account_that_needs_none(shop: Any) -> None:
    async def nowhere(provider: ImageTo3DProvider) -> PhotoUpload:
        if provider.name == "pixazo":
            raise ConfigError("no public URL")
        return await photo_for(provider)

    assert (await shop(policy="in-order", upload=nowhere)).provider == "empiriolabs"
    with pytest.raises(ConfigError, match="no public URL"):
        await shop(accounts=[shop.dear], upload=nowhere, attempt=2)


async def test_if_all_refuse_the_last_refusal_is_raised(shop: Any) -> None:
    shop.cheap.refuse, shop.dear.refuse = ProviderBusy("429"), ProviderUnreachable("down")
    with pytest.raises(ProviderUnreachable, match="down"):
        await shop()


async def test_todays_prices_send_1536_to_pixazo_and_the_rest_to_empiriolabs() -> None:
    accounts = [Pixazo("k"), EmpirioLabs("k", base_url="http://127.0.0.1:1", name="empiriolabs")]
    best = {}
    for resolution in (512, 1024, 1536):
        routes = await route(accounts, PHOTO, Generation(resolution=resolution))
        best[resolution] = routes.choices[0].provider.name
        assert len(routes.choices) == 2
    assert best == {512: "empiriolabs", 1024: "empiriolabs", 1536: "pixazo"}
    seeded = await route(accounts, PHOTO, Generation(resolution=1536, seed=7))
    assert [choice.provider.name for choice in seeded.choices] == ["empiriolabs"]
    assert "does not take seed" in seeded.ruled_out["pixazo"]
    local = await route(accounts, PHOTO, Generation(resolution=1536), hosted=False)
    assert [choice.provider.name for choice in local.choices] == ["empiriolabs"]
    assert "by URL" in local.ruled_out["pixazo"]
    for account in accounts:
        await account.aclose()


async def test_if_no_account_can_make_it_all_reasons_are_given(ledger: Ledger) -> None:
    with pytest.raises(InputError, match="pixazo does not take seed"):
        await buy_model([Pixazo("k")], PHOTO, Generation(seed=1), photo_for, ledger)


def test_several_accounts_are_named_in_one_text() -> None:
    assert parse_accounts("pixazo") == ("in-order", ["pixazo"])
    assert parse_accounts("block:pixazo-account/a, empiriolabs") == (
        "in-order",
        ["block:pixazo-account/a", "empiriolabs"],
    )
    assert parse_accounts("cheapest:pixazo,empiriolabs") == ("cheapest", ["pixazo", "empiriolabs"])
    for bad in ("", "a,,b", "a,a", "cheapest:"):
        with pytest.raises(ConfigError, match="name each once"):
            parse_accounts(bad)
