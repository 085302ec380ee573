"""Pixazo's routes, `trellis-2-image-to-3d`: written from its documentation, not from a client."""

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
from vitrine.sandbox.faults.faults import Fault
from vitrine.sandbox.jobs.desk import Desk
from vitrine.sandbox.jobs.jobs import Job, Phase
from vitrine.sandbox.jobs.orders import OrderIn, Refusal, Wanted
from vitrine.sandbox.protocols.fields import Boolean, Field, Integer, Number, OneOf, Text, check_fields
from vitrine.sandbox.protocols.files import result_link
from vitrine.sandbox.protocols.photos import LOOPBACK, fetch_picture
from vitrine.sandbox.protocols.protocol import provider_route, read_object

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
WORDS: dict[int, tuple[str, str]] = {
    400: ("Model not found", f"Model '{MODEL}' not found or is disabled"),
    401: ("Unauthorized", "Access denied due to invalid subscription key."),
    402: ("Insufficient Balance", "Your wallet does not have enough balance."),
    403: ("Forbidden", "This subscription has no access to the model."),
    404: ("Not Found", "Request not found."),
    429: ("Too Many Requests", "Rate limit exceeded. Try again later."),
    500: ("Internal Server Error", "Something went wrong."),
}


class Pixazo:
    """Pixazo's wording."""

    name = "pixazo"

    def key_of(self, headers: Mapping[str, str]) -> str:
        return headers.get("Ocp-Apim-Subscription-Key", "").strip()

    def refuse(self, refusal: Refusal, desk: Desk | None) -> Response:
        error = WORDS.get(refusal.status, ("Error", ""))[0]
        if refusal.code == "invalid_request":
            error = "Bad Request"
        if refusal.status == 401 or (desk is not None and desk.settings.pixazo.gateway_errors):
            said: dict[str, Any] = {"statusCode": refusal.status, "message": refusal.message}
        else:
            said = {"error": error, "message": refusal.message}
        return JSONResponse(said, refusal.status)

    def refuse_with(self, status: int) -> Response:
        error, message = WORDS.get(status, ("Error", f"The request failed with {status}."))
        return JSONResponse({"error": error, "message": message}, status)


DIALECT = Pixazo()


def routes() -> list[Route]:
    """Return the routes of Pixazo's API."""
    return [
        provider_route("POST", SUBMIT, "submit", DIALECT, submit),
        provider_route("GET", STATUS, "status", DIALECT, status),
    ]


async def submit(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """Answer 202 with the receipt. The picture is fetched first: an order without one is not sold."""
    reading = desk.settings.pixazo
    body: dict[str, Any] = await read_object(request)
    check_fields(body, FIELDS, refuse_unknown=reading.refuse_unknown_fields)
    if "image_url" not in body:
        raise Refusal(400, "invalid_request", "image_url is required")
    image = await fetch_picture(body["image_url"])
    request_id = f"{MODEL}_{uuid.uuid4()}"
    wanted = Wanted(
        faces=body.get("decimation_target", 500_000),
        texture_size=body.get("texture_size", 2048),
        resolution=body.get("resolution", 1024),
        seed=uuid.UUID(request_id.rpartition("_")[2]).int % 2**31,  # a Pixazo run is not reproducible
        remesh=body.get("remesh", True),
    )
    order = OrderIn(
        image=image,
        settings={name: value for name, value in body.items() if name != "image_url"},
        wanted=wanted,
        webhook=request.headers.get("X-Webhook-URL"),
    )
    job = desk.accept(order, "pixazo", key, reading.prices_usd, request_id, fault)
    base = str(request.base_url).rstrip("/")
    if order.webhook:
        desk.soon(_announce(job, desk, base))
    receipt = {
        "request_id": request_id,
        "status": _word("QUEUED", desk),
        "polling_url": base + STATUS.format(request_id=request_id),
    }
    return JSONResponse(receipt, 202)


async def status(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """The status object."""
    job = desk.find("pixazo", request.path_params["request_id"], desk.admit(key))
    said = _status_object(job, desk.phase(job), desk, str(request.base_url))
    if fault is not None and fault.kind == "odd-status":
        said["status"] = fault.status_word
    elif job.odd_answers:
        job.odd_answers -= 1
        said["status"] = job.sale.status_word
    return JSONResponse(said)


def _status_object(job: Job, phase: Phase, desk: Desk, base: str) -> dict[str, Any]:
    words = {"error": "ERROR", "cancelled": "FAILED"}
    output = None
    if phase.state == "completed":
        link = result_link(job, desk, base)
        as_list = desk.settings.pixazo.media_url == "list"
        output = {"media_url": [link] if as_list else link, "media_type": "application/octet-stream"}
    return {
        "request_id": job.sale.request_id,
        "status": _word(words.get(phase.state, phase.state.upper()), desk),
        "model_id": MODEL,
        "error": phase.problem,
        "output": output,
        "created_at": timestamp(job.sale.at),
        "updated_at": timestamp(phase.ended_at or desk.clock.now()),
        "completed_at": timestamp(phase.ended_at),
    }


def _word(word: str, desk: Desk) -> str:
    return word.lower() if desk.settings.pixazo.lower_case_status else word


async def _announce(job: Job, desk: Desk, base: str) -> None:
    """POST the status object to the webhook: no signature, no second try."""
    assert job.sale.webhook is not None
    copies = 5 if "repeat-webhook" in job.sale.fates else desk.settings.pixazo.webhook_copies
    host = httpx.URL(job.sale.webhook).host
    async with httpx.AsyncClient(timeout=10, trust_env=host not in LOOPBACK) as client:
        if "early-webhook" in job.sale.fates:
            await _post(client, job, desk, base)
        await desk.until_ended(job)
        for _ in range(copies):
            await _post(client, job, desk, base)


async def _post(client: httpx.AsyncClient, job: Job, desk: Desk, base: str) -> None:
    said = _status_object(job, desk.phase(job), desk, base)
    try:
        await client.post(job.sale.webhook or "", json=said)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        logger.warning("webhook of %s: %s: %s", job.sale.request_id, type(error).__name__, error)
