"""What several layers need, and what no recipe holds; it imports nothing.

The command line reads it to print its help.
"""

from __future__ import annotations

from typing import Literal

FeedRole = Literal["id", "title", "photo", "length", "width", "height", "unit", "category"]
"""What a column of a feed can be."""

SANDBOX_PORT = 8765
"""The port on which `vitrine sandbox` listens, and at which accounts of the sandbox look for it."""

OWN_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")
"""What this machine is called in the `Host` header of a request to a server on loopback."""

CONCURRENCY = 16
"""Products of a catalogue that are converted at the same time."""

BATCHES_AT_ONCE = 4
"""Batches of a catalogue that run at the same time, over all workers."""

GARBAGE_DAYS = 30.0
"""Results of steps in the work store that are older may be deleted."""

GARBAGE_GRACE_HOURS = 24.0
"""How long a file of the work store must have been unneeded before it is deleted."""

MAX_FAILED = 0.5
"""Share of a run's finished products that may fail before no further one is started."""
