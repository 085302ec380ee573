"""Pixazo's protocol over real HTTP, as its documentation has it and as it was seen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vitrine.errors import DownloadFailed, JobNotFound, OptionRefused, OutcomeUnknown, StatusUnavailable
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.models.job_status import JobStatus, Output
from vitrine.providers import Pixazo
from vitrine.providers.base import PhotoUpload
from vitrine.recipe import Generation

Http = Callable[..., bytes]
PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=4, media_type="image/png"))
UPLOAD = PhotoUpload(data=b"png!", url="https://cdn.example/p.png?sig=1")
ID = "trellis-2-image-to-3d_019d-1"


async def _bought(account: Pixazo) -> Job:
    return await account.submit(account.order(PHOTO, Generation()), UPLOAD)


async def test_an_order_is_one_documented_post_and_its_receipt(service: Any, http: Http) -> None:
    polling = f"{service.url}/v2/requests/status/{ID}"
    receipt = {"request_id": ID, "status": "QUEUED", "polling_url": polling}
    service.react = lambda _: http(202, receipt)
    account = Pixazo("secret", base_url=service.url)
    order = account.order(PHOTO, Generation())
    job = await account.submit(order, UPLOAD, webhook_url="https://shop.example/hook/1")
    (request,) = service.requests
    assert (request.method, request.path) == (
        "POST",
        "/trellis-2-image-to-3d/v1/trellis-2-image-to-3d-request",
    )
    assert request.headers["ocp-apim-subscription-key"] == "secret"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["cache-control"] == "no-cache"
    assert request.headers["x-webhook-url"] == "https://shop.example/hook/1"
    assert request.json == {
        "image_url": UPLOAD.url,
        "resolution": 1024,
        "decimation_target": 500_000,
        "texture_size": 2048,
        "remesh": True,
    }
    assert (job.request_id, job.poll_url, job.price_usd) == (ID, polling, Decimal("0.35"))
    assert job.key == order.key


async def test_a_photo_without_a_url_is_refused_before_anything_is_sent(service: Any) -> None:
    account = Pixazo("k", base_url=service.url)
    with pytest.raises(OptionRefused, match="public http"):
        await account.submit(account.order(PHOTO, Generation()), PhotoUpload(data=b"png!"))
    assert service.connections == 0


async def test_a_foreign_poll_url_is_not_followed_and_never_sees_the_key(service: Any, http: Http) -> None:
    def react(request: Any) -> bytes:
        if request.method == "POST":
            return http(202, {"request_id": "r/1", "polling_url": "http://evil.example:1/steal"})
        return http(200, {"status": "Processing", "output": None})

    service.react = react
    account = Pixazo("k", base_url=service.url)
    job = await _bought(account)
    assert job.poll_url is None
    tampered = job.model_copy(update={"poll_url": f"http://localhost:{service.port}/steal"})
    for receipt in (job, tampered):
        assert (await account.status(receipt)).state == "processing"
        assert service.requests[-1].path == "/v2/requests/status/r%2F1"
    await account.aclose()


@pytest.mark.parametrize("as_list", [True, False])
async def test_a_finished_model_is_fetched_without_the_key(
    service: Any, http: Http, tiny_glb: bytes, tmp_path: Path, as_list: bool
) -> None:
    url = f"{service.url}/files/output.ext"

    def react(request: Any) -> bytes:
        if request.path.startswith("/files/"):
            return http(200, tiny_glb, {"Content-Type": "application/octet-stream"})
        media = [url] if as_list else url
        return http(200, {"status": "COMPLETED", "error": None, "output": {"media_url": media}})

    service.react = react
    account = Pixazo("secret", base_url=service.url)
    job = Job(key="k", provider="p", request_id="r", submitted_at="2026-01-01T00:00:00Z")
    status = await account.status(job)
    assert (status.state, status.raw_status, status.outputs) == ("completed", "COMPLETED", (Output(url=url),))
    path = await account.fetch(job, status, tmp_path / "raw.glb")
    assert path.read_bytes() == tiny_glb
    assert "secret" not in str(service.requests[-1].headers)
    await account.aclose()


async def test_failed_and_error_are_failures_and_error_is_not_billed(service: Any, http: Http) -> None:
    account = Pixazo("k", base_url=service.url)
    job = Job(key="k", provider="p", request_id="r", submitted_at="2026-01-01T00:00:00Z")
    service.react = lambda _: http(200, {"status": "FAILED", "error": "no subject", "output": None})
    failed = await account.status(job)
    assert (failed.state, failed.error, failed.charged) == ("failed", "no subject", None)
    service.react = lambda _: http(200, {"status": "ERROR", "error": None})
    error = await account.status(job)
    assert (error.state, error.error, error.charged) == ("failed", "ERROR", False)
    await account.aclose()


async def test_an_unknown_status_is_a_warning_and_no_crash(
    service: Any, http: Http, caplog: pytest.LogCaptureFixture
) -> None:
    account = Pixazo("k", base_url=service.url)
    job = Job(key="k", provider="p", request_id="r", submitted_at="2026-01-01T00:00:00Z")
    service.react = lambda _: http(200, {"status": "Marinating"})
    with caplog.at_level(logging.WARNING, "vitrine"):
        assert (await account.status(job)).state == "processing"
    assert "unknown status 'Marinating'" in caplog.text
    await account.aclose()


@pytest.mark.parametrize(
    ("status", "body", "error", "permanent"),
    [
        (404, {"message": "no such request"}, JobNotFound, False),
        (401, {"message": "bad key"}, StatusUnavailable, True),
        (429, {"message": "slow down"}, StatusUnavailable, False),
        (500, b"<html>oops", StatusUnavailable, False),
        (200, b"not json", StatusUnavailable, False),
        (302, b"", StatusUnavailable, False),
    ],
)
async def test_failed_polls_may_be_repeated(
    service: Any, http: Http, status: int, body: Any, error: type[Exception], permanent: bool | None
) -> None:
    account = Pixazo("k", base_url=service.url)
    job = Job(key="k", provider="p", request_id="r", submitted_at="2026-01-01T00:00:00Z")
    service.react = lambda _: http(status, body, {"Retry-After": "9", "Location": "http://evil.example/"})
    with pytest.raises(error) as failure:
        await account.status(job)
    if isinstance(failure.value, StatusUnavailable):
        assert failure.value.permanent is permanent
        unread = permanent or error is JobNotFound
        assert failure.value.retry_after_s == (None if unread else 9.0)
    assert len(service.requests) == 1
    await account.aclose()


async def test_a_completed_job_without_a_file_says_so(tmp_path: Path) -> None:
    account = Pixazo("k")
    job = Job(key="k", provider="p", request_id="r", submitted_at="2026-01-01T00:00:00Z")
    with pytest.raises(DownloadFailed, match="job r is COMPLETED but names no file"):
        await account.fetch(job, JobStatus(state="completed", raw_status="COMPLETED"), tmp_path / "x.glb")


async def test_a_receipt_that_cannot_be_read_is_an_unknown_outcome(service: Any, http: Http) -> None:
    account = Pixazo("k", base_url=service.url)
    for body in ({"status": "QUEUED"}, {"request_id": None}, {"request_id": {}}, b"<html>"):
        service.react = lambda _, body=body: http(202, body)
        with pytest.raises(OutcomeUnknown, match="HTTP 202"):
            await _bought(account)
