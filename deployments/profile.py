"""The Prefect settings that Vitrine uses, each with its reason. Measured with Prefect 3.8.8 on two cores.

`python -m deployments.profile` prints them as shell exports for your own servers and workers, and with
`--redis HOST` also those with which Prefect's server uses Redis.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping, Sequence
from types import MappingProxyType

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


REDIS: Mapping[str, str] = {
    # The broker in the server's memory holds 10,000 events, and loses them when the server ends.
    "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
    "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
    "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
    # Several servers share the slots of concurrency limits.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
}


def redis_settings(host: str, port: int = 6379) -> dict[str, str]:
    """Return the settings with which Prefect's server uses Redis (`vitrine[server]`)."""
    address = {"PREFECT_REDIS_MESSAGING_HOST": host, "PREFECT_REDIS_MESSAGING_PORT": str(port)}
    return {**REDIS, **address}


def exports(more: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return all settings as shell commands, and `more`."""
    settings = {**SERVER, **CLIENT, **more}
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in settings.items())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the settings."""
    parser = argparse.ArgumentParser(prog="python -m deployments.profile", description=__doc__)
    parser.add_argument("--redis", metavar="HOST[:PORT]", help="the Redis server that Prefect's server uses")
    host, _, port = (parser.parse_args(arguments).redis or "").partition(":")
    if port and not port.isdecimal():
        parser.error(f"--redis: the port {port!r} is no number")
    print(exports(redis_settings(host, int(port or 6379)) if host else {}))


if __name__ == "__main__":
    main()
