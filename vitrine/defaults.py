"""Defaults that several layers need and that no recipe holds."""

from __future__ import annotations

SANDBOX_PORT = 8765
"""The port on which `vitrine sandbox` listens, and at which accounts of the sandbox look for it."""

CONCURRENCY = 4
"""Products of a catalogue that are converted at the same time."""

MAX_FAILED = 0.5
"""Share of a run's finished products that may fail before no further one is started."""
