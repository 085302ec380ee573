"""Shopify's routes: the Admin API, the target of staged uploads, and the files of its CDN."""

from __future__ import annotations

import asyncio
import secrets
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql, parse, validate
from graphql.error import GraphQLSyntaxError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.shops import shopify_resolvers as resolvers
from vitrine.sandbox.shops.query_cost import Points, requested_cost
from vitrine.sandbox.shops.state import ShopState

HERE = Path(__file__).parent
RESOLVERS = {
    "Query": {"product": resolvers.product, "productByIdentifier": resolvers.product_by_identifier},
    "Mutation": {
        "stagedUploadsCreate": resolvers.staged_uploads_create,
        "productUpdate": resolvers.product_update,
        "productReorderMedia": resolvers.product_reorder_media,
        "fileUpdate": resolvers.file_update,
        "fileDelete": resolvers.file_delete,
    },
}


def admin_schema() -> GraphQLSchema:
    """Return the schema with its resolvers."""
    schema = build_schema((HERE / "schema.graphql").read_text(encoding="utf-8"))
    for type_name, fields in RESOLVERS.items():
        for name, resolver in fields.items():
            schema.type_map[type_name].fields[name].resolve = resolver  # type: ignore[attr-defined]
    return schema


def routes(state: ShopState) -> list[Route]:
    """Return the routes of one shop."""
    schema = admin_schema()
    points = Points(state.settings.bucket_maximum, state.settings.bucket_restore_rate)

    async def admin(request: Request) -> Response:
        given = request.headers.get("X-Shopify-Access-Token", "")
        if not secrets.compare_digest(given.encode(), state.settings.access_token.encode()):
            message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return JSONResponse({"errors": message}, 401)
        body = await request.json()
        try:
            document = parse(body["query"])
        except GraphQLSyntaxError as error:
            return JSONResponse({"errors": [{"message": error.message}]})
        if wrong := validate(schema, document):
            return JSONResponse({"errors": [{"message": one.message} for one in wrong]})
        names = _fields(document)
        state.calls.update(names)
        if (fault := state.take_fault("http", *names)) is not None:
            headers = {"Retry-After": "0.2"} if fault.status == 429 else {}
            return JSONResponse({"errors": "fault"}, fault.status, headers=headers)
        if state.take_fault("drop", *names) is not None:
            return _abort(request)
        cost = requested_cost(document)
        if state.take_fault("throttle", *names) is not None or not points.take(cost):
            throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return JSONResponse({"errors": [throttled], "extensions": {"cost": points.report(cost, None)}})
        context = {"state": state, "base": str(request.base_url).rstrip("/")}
        done = await graphql(
            schema, body["query"], variable_values=body.get("variables"), context_value=context
        )
        if (delay := state.take_fault("delay", *names)) is not None:
            await asyncio.sleep(delay.delay_s)
        if state.take_fault("drop-after", *names) is not None:
            return _abort(request)
        answer: dict[str, Any] = {"data": done.data, "extensions": {"cost": points.report(cost, cost)}}
        if done.errors:
            answer["errors"] = [{"message": one.message} for one in done.errors]
        return JSONResponse(answer)

    async def upload(request: Request) -> Response:
        state.calls["upload"] += 1
        if (fault := state.take_fault("http", "upload")) is not None:
            return Response("fault", fault.status)
        fields, content = _form(request.headers["content-type"], await request.body())
        found = state.uploads.get(fields.get("key", ""))
        if found is None or fields.get("policy") != found.token:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        if content is None or len(content) > 500_000_000:
            return Response("<Error><Code>EntityTooLarge</Code></Error>", 400)
        found.content = content
        return Response(status_code=201)

    async def cdn(request: Request) -> Response:
        found = state.uploads.get(request.path_params["key"])
        if found is None or found.content is None:
            return Response(status_code=404)
        return Response(found.content, media_type="model/gltf-binary")

    return [
        Route("/admin/api/{version}/graphql.json", admin, methods=["POST"]),
        Route("/staged", upload, methods=["POST"]),
        Route("/cdn/{key}/{filename}", cdn),
    ]


def _fields(document: Any) -> list[str]:
    return [
        field.name.value
        for definition in document.definitions
        if hasattr(definition, "operation")
        for field in definition.selection_set.selections
    ]


def _form(content_type: str, body: bytes) -> tuple[dict[str, str], bytes | None]:
    """Return the fields and the file of a form; a field after the file does not count, as on S3."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    fields: dict[str, str] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if part.get_filename() is not None:
            return fields, data if isinstance(data, bytes) else None
        fields[str(name)] = data.decode() if isinstance(data, bytes) else ""
    return fields, None


def _abort(request: Request) -> Response:
    transport = request.scope.get("vitrine.transport")
    if transport is not None:
        transport.abort()
    return Response(status_code=500)
