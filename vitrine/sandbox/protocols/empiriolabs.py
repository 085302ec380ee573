"""EmpirioLabs' routes, `trellis-2-4b`: written from its documentation, not from a client."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.clock import timestamp
from vitrine.sandbox.faults.faults import Fault
from vitrine.sandbox.jobs.desk import Desk
from vitrine.sandbox.jobs.jobs import Job, Phase
from vitrine.sandbox.jobs.orders import OrderIn, Refusal, Wanted
from vitrine.sandbox.protocols.empiriolabs_fields import FIELDS, MODEL
from vitrine.sandbox.protocols.fields import check_fields
from vitrine.sandbox.protocols.files import result_bytes, result_link
from vitrine.sandbox.protocols.photos import decode_picture, fetch_picture
from vitrine.sandbox.protocols.protocol import provider_route, read_object

PICTURE_FIELDS = ("image", "image_url")
CODES: dict[int, tuple[str, str, str]] = {
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
OBSERVED = {"completed": "succeeded", "failed": "error"}


class EmpirioLabs:
    """EmpirioLabs' wording."""

    name = "empiriolabs"

    def key_of(self, headers: Mapping[str, str]) -> str:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "").strip()

    def refuse(self, refusal: Refusal, desk: Desk | None) -> Response:
        del desk
        kind = CODES.get(refusal.status, ("", "api_error", ""))[1]
        error = {"message": refusal.message, "type": kind, "code": refusal.code}
        return JSONResponse({"error": error}, refusal.status)

    def refuse_with(self, status: int) -> Response:
        code, kind, message = CODES.get(
            status, ("api_error", "api_error", f"The request failed with {status}.")
        )
        return JSONResponse({"error": {"message": message, "type": kind, "code": code}}, status)


DIALECT = EmpirioLabs()


def routes() -> list[Route]:
    """Return the routes of EmpirioLabs' jobs."""
    return [
        provider_route("POST", "/v1/3d/generations", "submit", DIALECT, submit),
        provider_route("GET", "/v1/jobs", "status", DIALECT, list_jobs),
        provider_route("GET", "/v1/jobs/{job_id}", "status", DIALECT, status),
        provider_route("POST", "/v1/jobs/{job_id}/cancel", "status", DIALECT, cancel),
    ]


async def submit(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """Answer with the receipt. Unknown fields are passed through, as documented."""
    reading = desk.settings.empiriolabs
    body: dict[str, Any] = await read_object(request)
    if body.get("model") != MODEL:
        raise Refusal(404, "model_not_found", f"The model {body.get('model')!r} does not exist.")
    check_fields(body, FIELDS)
    picture = body.get("image") or body.get("image_url")
    if picture is None:
        raise Refusal(400, "invalid_request", "image is required")
    is_url = picture.startswith(("http://", "https://"))
    image = await fetch_picture(picture) if is_url else decode_picture(picture)
    resolution = int(body.get("resolution") or body.get("pipeline_type", "1024").partition("_")[0])
    wanted = Wanted(
        faces=body.get("decimation_target", 500_000),
        texture_size=int(body.get("texture_size", "2048")),
        resolution=resolution,
        seed=body.get("seed", 42),
        remesh=body.get("remesh", True),
    )
    order = OrderIn(
        image=image,
        settings={name: value for name, value in body.items() if name not in PICTURE_FIELDS},
        wanted=wanted,
        inline=body.get("response_format") == "b64_json",
    )
    job = desk.accept(order, "empiriolabs", key, reading.prices_usd, f"job_{uuid.uuid4().hex}", fault)
    receipt = {
        "job_id": job.sale.request_id,
        "status": _word("queued", desk),
        "created_at": timestamp(job.sale.at),
    }
    path = f"/v1/jobs/{job.sale.request_id}"
    if reading.poll_url != "missing":
        relative = reading.poll_url == "relative"
        receipt["poll_url"] = path if relative else str(request.base_url).rstrip("/") + path
    return JSONResponse(receipt, reading.accepted_status)


async def status(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """One job."""
    job = desk.find("empiriolabs", request.path_params["job_id"], desk.admit(key))
    said = _job_object(job, desk.phase(job), desk, request)
    if fault is not None and fault.kind == "odd-status":
        said["status"] = fault.status_word
    elif job.odd_answers:
        job.odd_answers -= 1
        said["status"] = job.sale.status_word
    return JSONResponse(said)


async def list_jobs(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """This key's jobs, newest first, with what they were made from but the picture."""
    del fault
    reading = desk.settings.empiriolabs
    if reading.list_jobs == "missing":
        raise Refusal(404, "not_found", "Not Found")
    wanted = request.query_params.get("status")
    if wanted not in {None, "processing", "completed", "failed"}:
        raise Refusal(400, "invalid_request", "status must be one of processing, completed, failed")
    limit = request.query_params.get("limit", "20")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        raise Refusal(400, "invalid_request", "limit must be between 1 and 100")
    found: list[dict[str, Any]] = []
    for job in desk.jobs_of("empiriolabs", desk.admit(key)):
        phase = desk.phase(job)
        group = {"queued": "processing", "error": "failed", "cancelled": "failed"}.get(
            phase.state, phase.state
        )
        if wanted in {None, group}:
            found.append(_job_object(job, phase, desk, request, inline=False))
            if reading.list_jobs == "inputs":
                found[-1] |= {"model": MODEL, "input": job.sale.settings}
        if len(found) == int(limit):
            break
    return JSONResponse({"object": "list", "data": found})


async def cancel(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """Give a job up. It stays charged."""
    del fault
    job = desk.find("empiriolabs", request.path_params["job_id"], desk.admit(key))
    if desk.phase(job).ended_at is None:
        job.cancelled_at = desk.clock.now()
    return JSONResponse(_job_object(job, desk.phase(job), desk, request))


def _job_object(
    job: Job, phase: Phase, desk: Desk, request: Request, *, inline: bool = True
) -> dict[str, Any]:
    reading = desk.settings.empiriolabs
    said: dict[str, Any] = {
        "job_id": job.sale.request_id,
        "status": _word(phase.state, desk),
        "progress": round(phase.progress, 3),
        "created_at": timestamp(job.sale.at),
        "completed_at": timestamp(phase.ended_at),
        "result": None,
        "error": None,
    }
    if phase.problem is not None:
        error = {"message": phase.problem, "type": "generation_error", "code": "generation_failed"}
        forms: dict[str, dict[str, Any]] = {
            "object": {"error": error},
            "string": {"error": phase.problem},
            "message": {"message": phase.problem},
        }
        said |= forms[reading.error]
    if phase.state != "completed":
        return said
    file: dict[str, Any] = {"content_type": "model/gltf-binary"}
    if job.sale.inline and inline:
        file["b64_json"] = base64.b64encode(result_bytes(job, desk)).decode()
    else:
        file["url"] = result_link(job, desk, request)
    usage: dict[str, Any] = {"cost_usd": float(job.sale.price_usd)}
    if reading.usage == "settings":
        made = job.sale.wanted
        usage |= {"resolution": str(made.resolution), "texture_size": str(made.texture_size)}
    told = {} if reading.usage == "nothing" else {"usage": usage}
    match reading.result:
        case "data":
            said["result"] = {"data": [file], **told}
        case "output":
            del said["result"]
            said["output"] = {"models": [file]}
        case "models":
            del said["result"]
            said["data"] = {"models": [file]}
        case "bare":
            said["result"] = file
    return said


def _word(state: str, desk: Desk) -> str:
    match desk.settings.empiriolabs.statuses:
        case "observed":
            return OBSERVED.get(state, state)
        case "upper":
            return ("failed" if state == "error" else state).upper()
        case _:
            return "failed" if state == "error" else state
