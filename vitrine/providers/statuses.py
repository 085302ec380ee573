"""Reading a job's status, whichever words its provider uses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal

from vitrine.job_status import JobStatus, Output
from vitrine.models import Job
from vitrine.providers.http.response import error_message
from vitrine.providers.reported import charge_reported, settings_reported

logger = logging.getLogger(__name__)

State = Literal["queued", "processing", "completed", "failed"]

WORDS: dict[str, State] = {
    **dict.fromkeys(("queued", "pending", "submitted", "accepted", "created", "in_queue"), "queued"),
    **dict.fromkeys(("processing", "running", "started", "starting", "in_progress"), "processing"),
    **dict.fromkeys(("completed", "complete", "succeeded", "success", "done", "finished"), "completed"),
    **dict.fromkeys(("failed", "failure", "error", "cancelled", "canceled", "aborted"), "failed"),
}


def read_status(
    data: Mapping[str, Any],
    job: Job,
    *,
    account: str,
    fields: Collection[str],
    find_outputs: Callable[[Mapping[str, Any]], tuple[Output, ...]],
) -> JobStatus:
    """Return the status in a provider's response; `fields` are the names of its generation settings.

    `find_outputs` finds the files of a completed job.
    """
    word, progress = data.get("status"), data.get("progress")
    state = job_state(word, account=account, request_id=job.request_id)
    completed = state == "completed"
    return JobStatus(
        state=state,
        progress=min(max(float(progress), 0.0), 1.0) if isinstance(progress, int | float) else None,
        outputs=find_outputs(data) if completed else (),
        error=error_message(dict(data)) or str(word) if state == "failed" else None,
        effective=settings_reported(data, fields) if completed else {},
        charged_usd=charge_reported(data) if completed else None,
        raw_status=str(word),
    )


def job_state(word: object, *, account: str, request_id: str) -> State:
    """Return the state that `word` means, in any case. An unknown word is logged and means processing."""
    plain = str(word).strip().lower().replace("-", "_").replace(" ", "_")
    if plain not in WORDS:
        logger.warning("%s: job %s has the unknown status %r, taken as processing", account, request_id, word)
    return WORDS.get(plain, "processing")
