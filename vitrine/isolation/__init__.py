"""Run work on bytes from elsewhere in a process that has limits and no secrets."""

from __future__ import annotations

from vitrine.isolation.run import run_isolated, start_isolated, start_worker

__all__ = ["run_isolated", "start_isolated", "start_worker"]
