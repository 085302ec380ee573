"""Traces of a conversion at an OpenTelemetry collector: one trace, a span for each step."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from vitrine.recipe import Recipe

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home", "sales")]
CODE = """
import asyncio
import sys
from flows.convert_product import convert_product
from vitrine.models import Product
from vitrine.recipe import Recipe
photo, recipe, to = sys.argv[1:]
product = Product(id="cruet", title="Cruet", photos=(photo,))
asyncio.run(convert_product(product, Recipe.model_validate_json(recipe), "sandbox", to, return_state=True))
"""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A server that takes traces: its URL, and the bodies that it was sent."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()


def test_a_conversion_is_one_trace_with_a_span_for_each_step(
    quick: Recipe,
    collector: tuple[str, list[bytes]],
    draw_photo: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    url, bodies = collector
    photo = draw_photo(tmp_path / "cruet.png")
    words = [str(photo), quick.model_dump_json(), str(tmp_path / "public")]
    env = os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
    done = subprocess.run([sys.executable, "-c", CODE, *words], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    spans: list[Any] = []
    for body in bodies:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = {each.key: each.value.string_value for each in resource.resource.attributes}
            assert names["service.name"] == "vitrine"
            spans += [span for scope in resource.scope_spans for span in scope.spans]
    assert len({span.trace_id for span in spans}) == 1
    (flow,) = [span for span in spans if not span.parent_span_id]
    steps = {span.name: span for span in spans if span is not flow}
    assert {"prepare_photo cruet", "buy_model cruet", "certify_lods cruet", "publish_release cruet"} <= {
        *steps
    }
    attributes = [each for span in steps.values() for each in span.attributes]
    assert {each.value.string_value for each in attributes if each.key == "vitrine.product"} == {"cruet"}
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in spans)
