"""The Prefect settings that Vitrine uses, each with its reason. Measured with Prefect 3.8.8 on two cores.

`python -m deployments.profile` prints them as shell exports for your own servers and workers.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

SERVER: Mapping[str, str] = {
    # The server records task runs and events in batches: 8 ms of CPU a task run instead of 25.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "100",
    # A task run takes about 19 KB of history: the server deletes flow runs that are older than 90 days.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    # Prefect sends no usage statistics.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}

CLIENT: Mapping[str, str] = {
    # A run sends a heartbeat every 30 s. `start-forgotten` finds the runs that send none any more.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # Prefect adds the library's log lines to the log of the run that called it.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "vitrine",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "DO_NOT_TRACK": "1",
}


def exports() -> str:
    """Return all settings as shell commands."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in {**SERVER, **CLIENT}.items())


if __name__ == "__main__":
    print(exports())
