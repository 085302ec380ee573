"""Pixazo's routes for `trellis-2-image-to-3d`, written from its documentation and not from a client."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.clock import timestamp
from vitrine.sandbox.faults.fault import Fault
from vitrine.sandbox.jobs.job import Job, JobStatus
from vitrine.sandbox.jobs.job_service import JobService
from vitrine.sandbox.jobs.order import ApiError, EngineSettings, Order
from vitrine.sandbox.protocols.fields import Boolean, Field, Integer, Number, OneOf, Text, check_fields
from vitrine.sandbox.protocols.photos import LOOPBACK, fetch_photo
from vitrine.sandbox.protocols.provider_route import provider_route, read_json_object
from vitrine.sandbox.protocols.result_files import result_link
from vitrine.sandbox.settings import SandboxSettings

logger = logging.getLogger("vitrine.sandbox")

MODEL = "trellis-2-image-to-3d"
SUBMIT = f"/{MODEL}/v1/{MODEL}-request"
STATUS = "/v2/requests/status/{request_id}"
FIELDS: dict[str, Field] = {
    "image_url": Text(),
    "resolution": OneOf((512, 1024, 1536), 1024),
    "ss_guidance_strength": Number(0, 20, 7.5),
    "ss_guidance_rescale": Number(0, 2, 0.7),
    "ss_sampling_steps": Integer(1, 64, 12),
    "ss_rescale_t": Integer(0, 20, 5),
    "shape_slat_guidance_strength": Number(0, 20, 7.5),
    "shape_slat_guidance_rescale": Number(0, 2, 0.5),
    "shape_slat_sampling_steps": Integer(1, 64, 12),
    "shape_slat_rescale_t": Integer(0, 20, 3),
    "tex_slat_guidance_strength": Number(0, 20, 1),
    "tex_slat_sampling_steps": Integer(1, 64, 12),
    "tex_slat_rescale_t": Integer(0, 20, 3),
    "decimation_target": Integer(1_000, 2_000_000, 500_000),
    "texture_size": OneOf((512, 1024, 2048, 4096), 2048),
    "remesh": Boolean(True),
    "remesh_band": Integer(0, 16, 1),
}
DEFAULT_ERRORS: dict[int, tuple[str, str]] = {
    400: ("Model not found", f"Model '{MODEL}' not found or is disabled"),
    401: ("Unauthorized", "Access denied due to invalid subscription key."),
    402: ("Insufficient Balance", "Your wallet does not have enough balance."),
    403: ("Forbidden", "This subscription has no access to the model."),
    404: ("Not Found", "Request not found."),
    429: ("Too Many Requests", "Rate limit exceeded. Try again later."),
    500: ("Internal Server Error", "Something went wrong."),
}


class Pixazo:
    """Pixazo's API key header and error bodies."""

    name = "pixazo"

    def key_of(self, headers: Mapping[str, str]) -> str:
        return headers.get("Ocp-Apim-Subscription-Key", "").strip()

    def error_response(self, error: ApiError, settings: SandboxSettings) -> Response:
        title = DEFAULT_ERRORS.get(error.status, ("Error", ""))[0]
        if error.code == "invalid_request":
            title = "Bad Request"
        if error.status == 401 or settings.pixazo.gateway_errors:
            body: dict[str, Any] = {"statusCode": error.status, "message": error.message}
        else:
            body = {"error": title, "message": error.message}
        return JSONResponse(body, error.status)

    def default_error(self, status: int) -> Response:
        title, message = DEFAULT_ERRORS.get(status, ("Error", f"The request failed with {status}."))
        return JSONResponse({"error": title, "message": message}, status)


PROTOCOL = Pixazo()


def routes() -> list[Route]:
    """The routes of this module."""
    return [
        provider_route("POST", SUBMIT, "submit", PROTOCOL, submit),
        provider_route("GET", STATUS, "status", PROTOCOL, status),
    ]


async def submit(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """Accept an order with 202 and its request id. The photo is fetched first: without it nothing is sold."""
    options = service.settings.pixazo
    fields: dict[str, Any] = await read_json_object(request)
    check_fields(fields, FIELDS, refuse_unknown=options.refuse_unknown_fields)
    if "image_url" not in fields:
        raise ApiError(400, "invalid_request", "image_url is required")
    image = await fetch_photo(fields["image_url"])
    request_id = f"{MODEL}_{uuid.uuid4()}"
    engine_settings = EngineSettings(
        faces=fields.get("decimation_target", 500_000),
        texture_size=fields.get("texture_size", 2048),
        resolution=fields.get("resolution", 1024),
        seed=uuid.UUID(request_id.rpartition("_")[2]).int
        % 2**31,  # Pixazo has no seed: no two runs are equal
        remesh=fields.get("remesh", True),
    )
    order = Order(
        image=image,
        settings={name: value for name, value in fields.items() if name != "image_url"},
        engine_settings=engine_settings,
        webhook=request.headers.get("X-Webhook-URL"),
    )
    job = service.accept_order(order, "pixazo", key, options.prices_usd, request_id, fault)
    base_url = str(request.base_url).rstrip("/")
    if order.webhook:
        service.start_task(_post_webhooks(job, service, base_url))
    receipt = {
        "request_id": request_id,
        "status": _status_word("QUEUED", service),
        "polling_url": base_url + STATUS.format(request_id=request_id),
    }
    return JSONResponse(receipt, 202)


async def status(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """The status of a job."""
    job = service.find_job("pixazo", request.path_params["request_id"], service.authenticate(key))
    body = _status_object(job, service.status(job), service, str(request.base_url))
    if fault is not None and fault.kind == "odd-status":
        body["status"] = fault.status_word
    elif job.odd_statuses:
        job.odd_statuses -= 1
        body["status"] = job.sale.status_word
    return JSONResponse(body)


def _status_object(job: Job, status: JobStatus, service: JobService, base_url: str) -> dict[str, Any]:
    words = {"error": "ERROR", "cancelled": "FAILED"}
    output = None
    if status.state == "completed":
        link = result_link(job, service, base_url)
        as_list = service.settings.pixazo.media_url == "list"
        output = {"media_url": [link] if as_list else link, "media_type": "application/octet-stream"}
    return {
        "request_id": job.sale.request_id,
        "status": _status_word(words.get(status.state, status.state.upper()), service),
        "model_id": MODEL,
        "error": status.error,
        "output": output,
        "created_at": timestamp(job.sale.sold_at),
        "updated_at": timestamp(status.ended_at or service.clock.now()),
        "completed_at": timestamp(status.ended_at),
    }


def _status_word(word: str, service: JobService) -> str:
    return word.lower() if service.settings.pixazo.lower_case_status else word


async def _post_webhooks(job: Job, service: JobService, base_url: str) -> None:
    """POST the status object to the order's webhook when the job ends: unsigned, without retries."""
    assert job.sale.webhook is not None
    copies = 5 if "repeat-webhook" in job.sale.job_faults else service.settings.pixazo.webhook_copies
    host = httpx.URL(job.sale.webhook).host
    async with httpx.AsyncClient(timeout=10, trust_env=host not in LOOPBACK) as client:
        if "early-webhook" in job.sale.job_faults:
            await _post_webhook(client, job, service, base_url)
        await service.wait_for_end(job)
        for _ in range(copies):
            await _post_webhook(client, job, service, base_url)


async def _post_webhook(client: httpx.AsyncClient, job: Job, service: JobService, base_url: str) -> None:
    body = _status_object(job, service.status(job), service, base_url)
    try:
        await client.post(job.sale.webhook or "", json=body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        logger.warning("webhook of %s: %s: %s", job.sale.request_id, type(error).__name__, error)
