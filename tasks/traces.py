"""Send traces of runs to an OpenTelemetry collector, where one is named."""

from __future__ import annotations

import functools
import logging
import os

from opentelemetry import trace

import vitrine
from vitrine.progress import current_product

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Variables of the OpenTelemetry specification; either switches traces on."""
logger = logging.getLogger(__name__)


@functools.cache
def start_traces() -> None:
    """Send the spans that Prefect makes of flow and task runs, by OTLP over HTTP, with protobuf.

    Does nothing without an endpoint, nor in a process that has a tracer provider of its own. It is called
    before the first flow runs: the span of a flow begins before its body.
    """
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return
    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        logger.warning("traces are not sent: pip install 'vitrine[otel]'")
        return
    named = {"service.name": os.environ.get("OTEL_SERVICE_NAME") or "vitrine"}
    provider = TracerProvider(resource=Resource.create(named | {"service.version": vitrine.__version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def name_product() -> None:
    """Add the product that is bound to the span of the current task run."""
    if product := current_product():
        trace.get_current_span().set_attribute("vitrine.product", product)
