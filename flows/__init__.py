"""The flows: what Prefect runs."""

from __future__ import annotations

from tasks.traces import start_traces

start_traces()
