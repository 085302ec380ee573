"""Start the runs again that are down, and that nothing else has noticed."""

from __future__ import annotations

from prefect import State, flow
from prefect.states import Completed

from tasks.ask_restart import ask_restart
from tasks.crash_silent import crash_silent
from tasks.find_forgotten import find_forgotten


@flow(name="start-forgotten")
async def start_forgotten(
    quiet_s: float = 180.0, window_s: float = 86_400.0, silent_s: float = 150.0, pending_s: float = 600.0
) -> State[list[str]]:
    """Mark silent runs as crashed, and ask `restart-run` about every run that is down unnoticed.

    Looks at runs of deployments with the tag `restart`: those whose last heartbeat is older than `silent_s`,
    those that are pending for more than `pending_s` seconds, and those that crashed or failed `quiet_s` to
    `window_s` seconds ago and that `restart-run` was not asked about.
    """
    silent = await crash_silent(silent_s, pending_s)
    asked = [await ask_restart(run) for run in await find_forgotten(quiet_s, window_s)]
    message = f"{len(asked)} runs went unnoticed"
    message += f", {len(silent)} were silent" if silent else ""
    return Completed(message=message, data=asked)
