"""Result files, served by signed links that expire and need no API key."""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from vitrine.sandbox.faults.fault import FaultError
from vitrine.sandbox.faults.inject import AbortedResponse, inject_after, inject_before
from vitrine.sandbox.jobs.job import Job
from vitrine.sandbox.jobs.job_service import JobService
from vitrine.sandbox.jobs.stub_model import STUB_GLB
from vitrine.sandbox.protocols.provider_route import ProviderProtocol

FILE_NAMES = {"pixazo": "output.ext", "empiriolabs": "model.glb"}
MEDIA_TYPES = {"pixazo": "application/octet-stream", "empiriolabs": "model/gltf-binary"}
KEY_HEADERS = ("authorization", "x-api-key", "ocp-apim-subscription-key")


def result_link(job: Job, service: JobService, base_url: str) -> str:
    """The absolute URL of a job's file, valid for `link_lifetime_s` from now."""
    lifetime_s = -60 if "expire-links" in job.sale.job_faults else service.settings.link_lifetime_s
    expires = int(service.clock.now() + lifetime_s)
    path = f"{job.sale.request_id}/{FILE_NAMES[job.sale.provider]}"
    if "dead-link" in job.sale.job_faults:
        path = f"gone/{path}"
    signature = _sign(service, job.sale.request_id, expires)
    return f"{base_url.rstrip('/')}/files/{path}?expires={expires}&signature={signature}"


def result_bytes(job: Job, service: JobService) -> bytes:
    """The GLB of a completed job."""
    return STUB_GLB if service.settings.engine == "stub" else service.model_path(job).read_bytes()


def file_route(protocols: dict[str, ProviderProtocol]) -> Route:
    """The route `GET /files/{request_id}/{name}`, with HEAD and range requests."""

    async def endpoint(request: Request) -> Response:
        service: JobService = request.app.state.service
        counter = service.request_counter
        counter.by_route["GET /files/{request_id}/{name}"] += 1
        counter.downloads_with_key += any(name in request.headers for name in KEY_HEADERS)
        response = await _download(request, service, protocols)
        counter.by_status[response.status_code] += 1
        return response

    return Route("/files/{path:path}", endpoint, methods=["GET"])


async def _download(
    request: Request, service: JobService, protocols: dict[str, ProviderProtocol]
) -> Response:
    request_id, _, name = request.path_params["path"].partition("/")
    job = service.jobs.get(request_id)
    if job is None or name != FILE_NAMES[job.sale.provider]:
        return Response("no such file", 404, media_type="text/plain")
    protocol = protocols[job.sale.provider]
    try:
        fault = service.faults.take("download", protocol.name, request.headers)
    except FaultError as error:
        return Response(str(error), 400, media_type="text/plain")
    if fault is not None and fault.kind == "expired-link":
        return _expired()
    failed = await inject_before(fault, protocol.default_error)
    if failed is not None:
        return failed
    expires = request.query_params.get("expires", "")
    signature = request.query_params.get("signature", "")
    if not expires.isdigit() or not hmac.compare_digest(signature, _sign(service, request_id, int(expires))):
        return Response("the link's signature is wrong", 403, media_type="text/plain")
    if service.clock.now() > int(expires):
        return _expired()
    if job.generated_at is None or job.error is not None:
        return Response("no such file", 404, media_type="text/plain")
    media_type = MEDIA_TYPES[job.sale.provider]
    truncate = "truncate-job" in job.sale.job_faults
    if truncate or (fault is not None and fault.kind in {"truncate", "reset"}):
        return AbortedResponse(Response(result_bytes(job, service), media_type=media_type))
    whole: Response
    if service.settings.engine == "stub":
        whole = Response(STUB_GLB, media_type=media_type)
    else:
        whole = FileResponse(service.model_path(job), media_type=media_type)
    return await inject_after(fault, protocol.default_error, whole)


def _expired() -> Response:
    return Response(
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        403,
        media_type="application/xml",
    )


def _sign(service: JobService, request_id: str, expires: int) -> str:
    text = f"{request_id} {expires}".encode()
    return hmac.new(service.link_key, text, hashlib.sha256).hexdigest()[:32]
