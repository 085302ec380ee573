"""Both adapters against the sandbox over real HTTP: each trouble ends in its named error, or is overcome."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from vitrine.errors import (
    DownloadFailed,
    JobExpired,
    JobFailed,
    JobLate,
    JobNotFound,
    ProviderBusy,
    ProviderRefused,
)
from vitrine.sandbox.settings import EmpirioLabsOptions, PixazoOptions


async def test_the_happy_path(open_shop: Any) -> None:
    shop = open_shop(keys=["key-1"], latency_s=0.2)
    job = await shop.buy()
    glb = await shop.bring(job)
    assert glb[:4] == b"glTF"
    assert shop.state(job) == "fetched"
    again = await shop.buy()
    assert (again.request_id, again.reused) == (job.request_id, True)
    assert await shop.bring(again) == glb
    assert shop.sales() == 1
    counted = httpx.get(f"{shop.url}/sandbox/requests").json()
    assert counted["downloads_with_key"] == 0
    reported = httpx.get(f"{shop.url}/sandbox/sales").json()["sales"][0]
    purchase = shop.ledger.get(job.key)
    assert reported["settings"].items() >= purchase.settings.items()
    assert (reported["request_id"], reported["price_usd"]) == (job.request_id, str(purchase.price_usd))


@pytest.mark.parametrize(
    "readings",
    [
        {
            "pixazo": PixazoOptions(media_url="string", lower_case_status=True),
            "empiriolabs": EmpirioLabsOptions(poll_url="absolute", accepted_status=202, statuses="observed"),
        },
        {"empiriolabs": EmpirioLabsOptions(poll_url="missing", result="output", statuses="upper")},
        {"empiriolabs": EmpirioLabsOptions(result="models", accepted_status=201)},
        {"empiriolabs": EmpirioLabsOptions(result="bare")},
    ],
)
async def test_every_reading_of_what_the_documentation_leaves_open(open_shop: Any, readings: Any) -> None:
    shop = open_shop(**readings)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"


@pytest.mark.parametrize("error", ["object", "string", "message"])
async def test_a_failed_job(open_shop: Any, error: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsOptions(error=error))
    shop.fault("fail-job")
    job = await shop.buy()
    with pytest.raises(JobFailed, match="out of memory"):
        await shop.bring(job)
    assert shop.state(job) == "failed"
    with pytest.raises(JobFailed, match="raise the attempt above 1"):
        await shop.buy()
    assert (await shop.bring(await shop.buy(attempt=2)))[:4] == b"glTF"
    assert shop.sales() == 2


@pytest.mark.parametrize("gateway", [True, False])
async def test_a_wrong_key(open_shop: Any, gateway: bool) -> None:
    shop = open_shop(keys=["key-1"], pixazo=PixazoOptions(gateway_errors=gateway))
    with pytest.raises(ProviderRefused, match=r"401.*check the account's API key") as refusal:
        await shop.buy(key="wrong")
    assert refusal.value.status == 401
    assert "wrong" not in str(refusal.value)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"


async def test_an_empty_wallet(open_shop: Any) -> None:
    shop = open_shop(wallets_usd={"key-1": "0.01"})
    with pytest.raises(ProviderRefused, match=r"402.*top up") as refusal:
        await shop.buy()
    assert (refusal.value.status, shop.sales()) == (402, 0)


async def test_too_many_requests_with_retry_after(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("answer", status=429, retry_after_s=7)
    with pytest.raises(ProviderBusy) as busy:
        await shop.buy()
    assert busy.value.retry_after_s == 7
    shop.fault("answer", status=429, retry_after_s=0, on="status", times=2)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 1


async def test_a_503_with_an_html_body(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("answer", status=503, body="html")
    with pytest.raises(ProviderBusy, match="HTTP 503: 503 Service Temporarily Unavailable"):
        await shop.buy()
    shop.fault("answer", status=503, body="html", on="status", times=2)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 1


async def test_an_expired_job(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("lose-job")
    job = await shop.buy()
    with pytest.raises(JobNotFound, match=r"404.*not found 5 times so far.*the next run asks again"):
        await shop.bring(job)
    assert shop.state(job) == "submitted"
    assert (await shop.buy()).reused
    shop.later(25)
    with pytest.raises(JobExpired, match=r"404.*keeps it no longer"):
        await shop.bring(job)
    assert shop.state(job) == "expired"
    with pytest.raises(JobExpired, match="raise the attempt"):
        await shop.buy()
    assert shop.sales() == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_job_that_is_not_found_for_a_while_is_not_lost(open_shop: Any, status: int) -> None:
    shop = open_shop()
    job = await shop.buy()
    shop.fault("answer", status=status, on="status", times=7)
    with pytest.raises(JobNotFound):
        await shop.bring(job)
    assert (shop.state(job), shop.purchase(job).missing_seen) == ("submitted", 5)
    again = await shop.buy()
    assert (await shop.bring(again))[:4] == b"glTF"
    assert (shop.state(job), shop.sales(), again.reused) == ("fetched", 1, True)


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_file_that_is_not_found_for_a_while_is_not_lost(open_shop: Any, status: int) -> None:
    shop = open_shop()
    job = await shop.buy()
    shop.fault("answer", status=status, on="download", times=7)
    with pytest.raises(JobNotFound):
        await shop.bring(job)
    assert (shop.state(job), shop.purchase(job).missing_seen) == ("completed", 5)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert (shop.state(job), shop.sales()) == ("fetched", 1)


async def test_a_model_whose_job_is_forgotten_is_fetched_by_its_link(open_shop: Any) -> None:
    """EmpirioLabs forgets a job after an hour, and its link works for seven days."""
    shop = open_shop()
    job = await shop.buy()
    shop.fault("answer", status=500, on="download", times=5)
    with pytest.raises(DownloadFailed):
        await shop.bring(job)
    assert shop.purchase(job).result_urls
    shop.fault("answer", status=404, on="status", times=None)
    shop.later(3)
    assert (await shop.bring(job))[:4] == b"glTF"
    assert shop.state(job) == "fetched"


async def test_a_job_that_failed_by_one_answer_alone_is_not_failed(open_shop: Any) -> None:
    shop = open_shop()
    job = await shop.buy()
    shop.fault("odd-status", on="status", status_word="FAILED")
    assert (await shop.bring(job))[:4] == b"glTF"
    assert (shop.state(job), shop.sales()) == ("fetched", 1)


@pytest.mark.parametrize("kind", ["truncate", "reset", "garbage", "expired-link", "drop"])
async def test_a_download_that_breaks_is_fetched_again(open_shop: Any, kind: str) -> None:
    shop = open_shop()
    shop.fault(kind, on="download")
    job = await shop.buy()
    assert (await shop.bring(job))[:4] == b"glTF"
    assert (shop.state(job), shop.sales()) == ("fetched", 1)


async def test_a_download_that_stays_truncated(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("truncate-job")
    job = await shop.buy()
    with pytest.raises(DownloadFailed, match=r"the download broke after [\d,]+ bytes"):
        await shop.bring(job)
    assert shop.state(job) == "completed"  # paid, still there: the next run tries again


async def test_an_unknown_status(open_shop: Any, caplog: pytest.LogCaptureFixture) -> None:
    shop = open_shop()
    shop.fault("odd-status")
    with caplog.at_level(logging.WARNING, "vitrine"):
        assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert "unknown status 'HIBERNATING'" in caplog.text


async def test_a_job_that_never_ends(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("stuck-job")
    job = await shop.buy()
    with pytest.raises(JobLate, match="next run picks it up"):
        await shop.bring(job, deadline_s=30)
    assert shop.state(job) == "submitted"
