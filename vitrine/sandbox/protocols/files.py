"""Result links: signed, with an end, and open to anyone who has one."""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from vitrine.sandbox.faults.broken_answers import Dropped, break_after, break_before
from vitrine.sandbox.faults.faults import FaultError
from vitrine.sandbox.jobs.desk import Desk
from vitrine.sandbox.jobs.jobs import Job
from vitrine.sandbox.jobs.stub import STUB_GLB
from vitrine.sandbox.protocols.protocol import Dialect

NAMES = {"pixazo": "output.ext", "empiriolabs": "model.glb"}
TYPES = {"pixazo": "application/octet-stream", "empiriolabs": "model/gltf-binary"}
KEY_HEADERS = ("authorization", "x-api-key", "ocp-apim-subscription-key")


def result_link(job: Job, desk: Desk, request_or_base: Request | str) -> str:
    """An absolute URL that works for `link_lifetime_s`."""
    base = request_or_base if isinstance(request_or_base, str) else str(request_or_base.base_url)
    lifetime_s = -60 if "expire-links" in job.sale.fates else desk.settings.link_lifetime_s
    expires = int(desk.clock.now() + lifetime_s)
    name = f"{job.sale.request_id}/{NAMES[job.sale.provider]}"
    if "dead-link" in job.sale.fates:
        name = f"gone/{name}"
    signature = _sign(desk, job.sale.request_id, expires)
    return f"{base.rstrip('/')}/files/{name}?expires={expires}&signature={signature}"


def result_bytes(job: Job, desk: Desk) -> bytes:
    """Return the GLB of a finished job."""
    return STUB_GLB if desk.settings.engine == "stub" else desk.model_path(job).read_bytes()


def file_route(dialects: dict[str, Dialect]) -> Route:
    """`GET /files/{request_id}/{name}`: the model, ranges and HEAD included."""

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        desk.counts.by_route["GET /files/{request_id}/{name}"] += 1
        desk.counts.downloads_with_key += any(name in request.headers for name in KEY_HEADERS)
        response = await _download(request, desk, dialects)
        desk.counts.by_status[response.status_code] += 1
        return response

    return Route("/files/{path:path}", endpoint, methods=["GET"])


async def _download(request: Request, desk: Desk, dialects: dict[str, Dialect]) -> Response:
    request_id, _, name = request.path_params["path"].partition("/")
    job = desk.jobs.get(request_id)
    if job is None or name != NAMES[job.sale.provider]:
        return Response("no such file", 404, media_type="text/plain")
    dialect = dialects[job.sale.provider]
    try:
        fault = desk.faults.take("download", dialect.name, request.headers)
    except FaultError as error:
        return Response(str(error), 400, media_type="text/plain")
    if fault is not None and fault.kind == "expired-link":
        return _expired()
    broken = await break_before(fault, dialect)
    if broken is not None:
        return broken
    expires = request.query_params.get("expires", "")
    signature = request.query_params.get("signature", "")
    if not expires.isdigit() or not hmac.compare_digest(signature, _sign(desk, request_id, int(expires))):
        return Response("the link's signature is wrong", 403, media_type="text/plain")
    if desk.clock.now() > int(expires):
        return _expired()
    if job.made_at is None or job.problem is not None:
        return Response("no such file", 404, media_type="text/plain")
    media_type = TYPES[job.sale.provider]
    cut = "truncate-job" in job.sale.fates or (fault is not None and fault.kind in {"truncate", "reset"})
    if cut:
        return Dropped(Response(result_bytes(job, desk), media_type=media_type))
    whole: Response
    if desk.settings.engine == "stub":
        whole = Response(STUB_GLB, media_type=media_type)
    else:
        whole = FileResponse(desk.model_path(job), media_type=media_type)
    return await break_after(fault, dialect, whole)


def _expired() -> Response:
    return Response(
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        403,
        media_type="application/xml",
    )


def _sign(desk: Desk, request_id: str, expires: int) -> str:
    text = f"{request_id} {expires}".encode()
    return hmac.new(desk.secret, text, hashlib.sha256).hexdigest()[:32]
