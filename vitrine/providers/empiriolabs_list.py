"""Reading EmpirioLabs' list of jobs, the only way to find a lost one; its shape is not documented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vitrine.providers.base import ListedJob, RecentJobs

LIST_LIMIT = 100
"""The most jobs that one page may hold."""


def read_job_list(data: Mapping[str, Any], limit: int) -> RecentJobs:
    """Return the jobs under data, jobs, items or results; lines without an id are left out."""
    values = (data.get(name) for name in ("data", "jobs", "items", "results"))
    lines = next((value for value in values if isinstance(value, list)), None)
    jobs = [_job(line) for line in lines or [] if isinstance(line, dict)]
    more = bool(data.get("has_more") or data.get("next") or data.get("next_cursor"))
    return RecentJobs(
        jobs=tuple(job for job in jobs if job is not None),
        complete=lines is not None and len(lines) < limit and not more and None not in jobs,
    )


def _job(line: dict[str, Any]) -> ListedJob | None:
    request_id = line.get("job_id") or line.get("id")
    if not isinstance(request_id, str | int):
        return None
    values = (line.get(name) for name in ("input", "inputs", "params", "parameters", "request"))
    settings = next((value for value in values if isinstance(value, dict)), None)
    model = line.get("model")
    return ListedJob(
        request_id=str(request_id),
        created_at=read_time(line.get("created_at")),
        model=model if isinstance(model, str) else None,
        settings=settings,
    )


def read_time(value: object) -> datetime | None:
    """Return a time in ISO 8601, or in seconds or milliseconds since 1970; `None` for anything else."""
    try:
        if isinstance(value, str):
            then = datetime.fromisoformat(value)
            return then if then.tzinfo else then.replace(tzinfo=UTC)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
