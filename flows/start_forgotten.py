"""Start the runs again that are down, and that nothing else has noticed."""

from __future__ import annotations

from prefect import State, flow
from prefect.states import Completed

from tasks.ask_restart import ask_restart
from tasks.crash_silent import crash_silent
from tasks.find_forgotten import find_forgotten
from vitrine.plain_text import count_of

SILENT_S = 120.0
"""Four missed heartbeats (deployments/profile.py). With a look every two minutes and a second one 40 s later,
a dead run is found within five minutes."""


@flow(name="start-forgotten")
async def start_forgotten(
    quiet_s: float = 180.0, window_s: float = 86_400.0, silent_s: float = SILENT_S, pending_s: float = 150.0
) -> State[list[str]]:
    """Mark silent runs as crashed, and ask `restart-run` about every run that is down unnoticed.

    All runs with the tag `vitrine` are looked at; `restart-run` is asked about those with the tag `restart`.

    Args:
        quiet_s: Seconds since a run crashed or failed, before it counts as unnoticed.
        window_s: Runs that ended longer ago are left alone, in seconds.
        silent_s: A run whose last heartbeat is older counts as crashed, in seconds.
        pending_s: A run that is Pending for longer counts as crashed, in seconds.
    """
    silent = await crash_silent(silent_s, pending_s)
    asked = [await ask_restart(run) for run in await find_forgotten(quiet_s, window_s)]
    message = f"{count_of(len(asked), 'run')} went unnoticed"
    message += f", {count_of(len(silent), 'run')} had gone silent" if silent else ""
    return Completed(message=message, data=asked)
