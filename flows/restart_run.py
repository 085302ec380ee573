"""Start a crashed or failed run of a deployment again."""

from __future__ import annotations

from uuid import UUID

from prefect import State, flow
from prefect.states import Completed

from tasks.flow_runs import flow_run_id
from tasks.restart_run import restart_run as restart

RESTART_AFTER_S = (60.0, 300.0, 900.0)
"""Together 21 minutes: a paid job is waited for again long before its provider forgets it."""


@flow(name="restart-run", flow_run_name="{flow_run}")
async def restart_run(flow_run: str, delays_s: tuple[float, ...] = RESTART_AFTER_S) -> State[str]:
    """Start a crashed or failed run again; after a few times, leave it.

    A restarted run buys nothing that is in the ledger, and goes on with the models that are paid.

    Args:
        flow_run: Its id, also as the id of a Prefect resource (`prefect.flow-run.<id>`).
        delays_s: Seconds between each end and the next start; as many starts as there are delays.
    """
    message = await restart(UUID(flow_run_id(flow_run)), delays_s)
    return Completed(message=message, data=message)
