"""The settings Vitrine runs Prefect with, and what each is for. Measured with Prefect 3.8.8 on two cores.

`python -m deployments.profile` prints them as shell exports, for servers and workers of your own.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

SERVER: Mapping[str, str] = {
    # Task runs and events are recorded in batches: 8 ms of CPU a task run instead of 25.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "100",
    # History costs about 19 KB a task run: flow runs older than 90 days go, with what belongs to them.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    # Nothing about you is sent anywhere.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}

CLIENT: Mapping[str, str] = {
    # A run says every 30 s that it lives; the automation of deployments/bootstrap.py acts on silence.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # The library's own log lines become those of the run that called it.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "vitrine",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "DO_NOT_TRACK": "1",
}


def exports() -> str:
    """Both sets as lines of shell."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in {**SERVER, **CLIENT}.items())


if __name__ == "__main__":
    print(exports())
