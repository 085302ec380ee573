"""Reading EmpirioLabs' list of jobs, whose shape is not documented: the only way to find a lost one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vitrine.providers.base import ListedJob, RecentJobs

LISTED = 100
"""The most that one page may hold."""


def listed(data: Mapping[str, Any], limit: int) -> RecentJobs:
    """The jobs in an answer, under data, jobs, items or results; lines without an id are passed over."""
    places = (data.get(name) for name in ("data", "jobs", "items", "results"))
    lines = next((place for place in places if isinstance(place, list)), None)
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
    said = (line.get(name) for name in ("input", "inputs", "params", "parameters", "request"))
    settings = next((place for place in said if isinstance(place, dict)), None)
    model = line.get("model")
    return ListedJob(
        request_id=str(request_id),
        created_at=instant(line.get("created_at")),
        model=model if isinstance(model, str) else None,
        settings=settings,
    )


def instant(said: object) -> datetime | None:
    """A time as APIs write it: ISO 8601, or seconds (milliseconds) since 1970."""
    try:
        if isinstance(said, str):
            then = datetime.fromisoformat(said)
            return then if then.tzinfo else then.replace(tzinfo=UTC)
        if isinstance(said, int | float):
            return datetime.fromtimestamp(said / 1000 if said > 1e11 else said, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
