"""EmpirioLabs' routes for `trellis-2-4b`, written from its documentation and not from a client."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.clock import timestamp
from vitrine.sandbox.faults.fault import Fault
from vitrine.sandbox.jobs.job import Job, JobStatus
from vitrine.sandbox.jobs.job_service import JobService
from vitrine.sandbox.jobs.order import ApiError, EngineSettings, Order
from vitrine.sandbox.protocols.empiriolabs_fields import FIELDS, MODEL
from vitrine.sandbox.protocols.fields import check_fields
from vitrine.sandbox.protocols.photos import decode_data_uri, fetch_photo
from vitrine.sandbox.protocols.provider_route import provider_route, read_json_object
from vitrine.sandbox.protocols.result_files import result_bytes, result_link
from vitrine.sandbox.settings import SandboxSettings

PHOTO_FIELDS = ("image", "image_url")
DEFAULT_ERRORS: dict[int, tuple[str, str, str]] = {
    400: ("invalid_request", "invalid_request_error", "The request is not valid."),
    401: ("invalid_api_key", "authentication_error", "Incorrect API key provided."),
    402: ("insufficient_credits", "billing_error", "Your wallet does not have enough credits."),
    403: ("forbidden", "permission_error", "This key may not use the model."),
    404: ("model_not_found", "not_found_error", "The model does not exist."),
    429: ("rate_limit_exceeded", "rate_limit_error", "Too many requests."),
    500: ("internal_error", "server_error", "The server had an error."),
    502: ("upstream_error", "server_error", "The upstream had an error."),
    503: ("model_unavailable", "server_error", "The model is unavailable."),
    504: ("upstream_error", "server_error", "The upstream timed out."),
}
OBSERVED_STATUSES = {"completed": "succeeded", "failed": "error"}


class EmpirioLabs:
    """EmpirioLabs' API key headers and error bodies."""

    name = "empiriolabs"

    def key_of(self, headers: Mapping[str, str]) -> str:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "").strip()

    def error_response(self, error: ApiError, settings: SandboxSettings) -> Response:
        del settings
        kind = DEFAULT_ERRORS.get(error.status, ("", "api_error", ""))[1]
        return JSONResponse(
            {"error": {"message": error.message, "type": kind, "code": error.code}}, error.status
        )

    def default_error(self, status: int) -> Response:
        code, kind, message = DEFAULT_ERRORS.get(
            status, ("api_error", "api_error", f"The request failed with {status}.")
        )
        return JSONResponse({"error": {"message": message, "type": kind, "code": code}}, status)


PROTOCOL = EmpirioLabs()


def routes() -> list[Route]:
    """The routes of this module."""
    return [
        provider_route("POST", "/v1/3d/generations", "submit", PROTOCOL, submit),
        provider_route("GET", "/v1/jobs", "status", PROTOCOL, list_jobs),
        provider_route("GET", "/v1/jobs/{job_id}", "status", PROTOCOL, status),
        provider_route("POST", "/v1/jobs/{job_id}/cancel", "status", PROTOCOL, cancel),
    ]


async def submit(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """Accept an order; respond with its job id. Unknown fields pass, as documented."""
    options = service.settings.empiriolabs
    fields: dict[str, Any] = await read_json_object(request)
    if fields.get("model") != MODEL:
        raise ApiError(404, "model_not_found", f"The model {fields.get('model')!r} does not exist.")
    check_fields(fields, FIELDS)
    photo = fields.get("image") or fields.get("image_url")
    if photo is None:
        raise ApiError(400, "invalid_request", "image is required")
    is_url = photo.startswith(("http://", "https://"))
    image = await fetch_photo(photo) if is_url else decode_data_uri(photo)
    resolution = int(fields.get("resolution") or fields.get("pipeline_type", "1024").partition("_")[0])
    engine_settings = EngineSettings(
        faces=fields.get("decimation_target", 500_000),
        texture_size=int(fields.get("texture_size", "2048")),
        resolution=resolution,
        seed=fields.get("seed", 42),
        remesh=fields.get("remesh", True),
    )
    order = Order(
        image=image,
        settings={name: value for name, value in fields.items() if name not in PHOTO_FIELDS},
        engine_settings=engine_settings,
        inline=fields.get("response_format") == "b64_json",
    )
    request_id = f"job_{uuid.uuid4().hex}"
    job = service.accept_order(order, "empiriolabs", key, options.prices_usd, request_id, fault)
    receipt = {
        "job_id": job.sale.request_id,
        "status": _status_word("queued", service),
        "created_at": timestamp(job.sale.sold_at),
    }
    path = f"/v1/jobs/{job.sale.request_id}"
    if options.poll_url != "missing":
        relative = options.poll_url == "relative"
        receipt["poll_url"] = path if relative else str(request.base_url).rstrip("/") + path
    return JSONResponse(receipt, options.accepted_status)


async def status(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """The status of one job."""
    job = service.find_job("empiriolabs", request.path_params["job_id"], service.authenticate(key))
    body = _job_object(job, service.status(job), service, request)
    if fault is not None and fault.kind == "odd-status":
        body["status"] = fault.status_word
    elif job.odd_statuses:
        job.odd_statuses -= 1
        body["status"] = job.sale.status_word
    return JSONResponse(body)


async def list_jobs(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """The jobs of this key, newest first, with their inputs except the photo."""
    del fault
    options = service.settings.empiriolabs
    if options.list_jobs == "missing":
        raise ApiError(404, "not_found", "Not Found")
    status_filter = request.query_params.get("status")
    if status_filter not in {None, "processing", "completed", "failed"}:
        raise ApiError(400, "invalid_request", "status must be one of processing, completed, failed")
    limit = request.query_params.get("limit", "20")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        raise ApiError(400, "invalid_request", "limit must be between 1 and 100")
    found: list[dict[str, Any]] = []
    for job in service.list_jobs("empiriolabs", service.authenticate(key)):
        job_status = service.status(job)
        group = {"queued": "processing", "error": "failed", "cancelled": "failed"}.get(
            job_status.state, job_status.state
        )
        if status_filter in {None, group}:
            found.append(_job_object(job, job_status, service, request, inline=False))
            if options.list_jobs == "inputs":
                found[-1] |= {"model": MODEL, "input": job.sale.settings}
        if len(found) == int(limit):
            break
    return JSONResponse({"object": "list", "data": found})


async def cancel(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """Cancel a job. It stays charged."""
    del fault
    job = service.find_job("empiriolabs", request.path_params["job_id"], service.authenticate(key))
    if service.status(job).ended_at is None:
        job.cancelled_at = service.clock.now()
    return JSONResponse(_job_object(job, service.status(job), service, request))


def _job_object(
    job: Job, status: JobStatus, service: JobService, request: Request, *, inline: bool = True
) -> dict[str, Any]:
    options = service.settings.empiriolabs
    body: dict[str, Any] = {
        "job_id": job.sale.request_id,
        "status": _status_word(status.state, service),
        "progress": round(status.progress, 3),
        "created_at": timestamp(job.sale.sold_at),
        "completed_at": timestamp(status.ended_at),
        "result": None,
        "error": None,
    }
    if status.error is not None:
        error = {"message": status.error, "type": "generation_error", "code": "generation_failed"}
        forms: dict[str, dict[str, Any]] = {
            "object": {"error": error},
            "string": {"error": status.error},
            "message": {"message": status.error},
        }
        body |= forms[options.error]
    if status.state != "completed":
        return body
    file: dict[str, Any] = {"content_type": "model/gltf-binary"}
    if job.sale.inline and inline:
        file["b64_json"] = base64.b64encode(result_bytes(job, service)).decode()
    else:
        file["url"] = result_link(job, service, str(request.base_url))
    usage: dict[str, Any] = {"cost_usd": float(job.sale.price_usd)}
    if options.usage == "settings":
        settings = job.sale.engine_settings
        usage |= {"resolution": str(settings.resolution), "texture_size": str(settings.texture_size)}
    reported = {} if options.usage == "nothing" else {"usage": usage}
    match options.result:
        case "data":
            body["result"] = {"data": [file], **reported}
        case "output":
            del body["result"]
            body["output"] = {"models": [file]}
        case "models":
            del body["result"]
            body["data"] = {"models": [file]}
        case "bare":
            body["result"] = file
    return body


def _status_word(state: str, service: JobService) -> str:
    match service.settings.empiriolabs.statuses:
        case "observed":
            return OBSERVED_STATUSES.get(state, state)
        case "upper":
            return ("failed" if state == "error" else state).upper()
        case _:
            return "failed" if state == "error" else state
