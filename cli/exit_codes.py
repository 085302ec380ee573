"""With which code `vitrine` exits: one table for all commands."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    HELD = 3
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "a product, a line of the feed, a photo or a check failed; the others are done",
    ExitCode.BAD_INPUT: "bad input or set-up: nothing was done",
    ExitCode.HELD: "nothing failed, and a product is held for review",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C",
    ExitCode.TERMINATED: "stopped by SIGTERM",
}
"""The table of the README."""
