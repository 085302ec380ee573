"""Ask for the restart of a run, as the event of its end does."""

from __future__ import annotations

from prefect.deployments import arun_deployment

from tasks.flow_runs import RESOURCE
from tasks.policy import step

RESTART_DEPLOYMENT = "restart-run/restart-run"


@step()
async def ask_restart(flow_run: str) -> str:
    """Start `restart-run` for the run with this id, and return the id.

    `restart-run` decides whether to start it again. Raises `ObjectNotFound` if that is not deployed.
    """
    await arun_deployment(
        RESTART_DEPLOYMENT, parameters={"flow_run": f"{RESOURCE}{flow_run}"}, timeout=0, as_subflow=False
    )
    return flow_run
