"""Start the crashed and failed runs again whose event Prefect has dropped."""

from __future__ import annotations

from prefect import State, flow
from prefect.states import Completed

from tasks.ask_restart import ask_restart
from tasks.find_forgotten import find_forgotten
from vitrine.plain_text import count_of


@flow(name="start-forgotten")
async def start_forgotten(quiet_s: float = 180.0, window_s: float = 86_400.0) -> State[list[str]]:
    """Ask `restart-run` about every run that is down and that it was not asked about.

    Looks at runs of deployments with the tag `restart` that ended so `quiet_s` to `window_s` seconds ago.
    """
    asked = [await ask_restart(run) for run in await find_forgotten(quiet_s, window_s)]
    return Completed(message=f"{count_of(len(asked), 'run')} went unnoticed", data=asked)
