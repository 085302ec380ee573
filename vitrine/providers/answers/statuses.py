"""Reading a job's status, whichever words its provider uses."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping
from typing import Any, Literal

from vitrine.errors import StatusUnavailable
from vitrine.models import Job
from vitrine.models.job_status import JobStatus
from vitrine.providers.answers.outputs import answer_keys, find_outputs
from vitrine.providers.answers.reported import charge_reported, settings_reported
from vitrine.providers.http.response import error_message

logger = logging.getLogger(__name__)

State = Literal["queued", "processing", "completed", "failed"]

_WORDS_OF: dict[State, str] = {
    "queued": "queued pending submitted accepted created in_queue waiting scheduled queueing not_started",
    "processing": "processing running started starting in_progress generating working uploading finalizing",
    "completed": "completed complete succeeded succeed success successful done finished ready ok",
    "failed": "failed failure error cancelled canceled aborted timeout timed_out rejected errored banned",
}
WORDS: dict[str, State] = {word: state for state, words in _WORDS_OF.items() for word in words.split()}


def read_status(
    data: Mapping[str, Any],
    job: Job,
    *,
    account: str,
    fields: Collection[str],
) -> JobStatus:
    """Return the status in a provider's response; `fields` are the names of its generation settings.

    Raises `StatusUnavailable` for an answer that has an error in the place of a status.
    """
    word = status_word(data)
    if word is None and data.get("error"):
        raise StatusUnavailable(f"{account}: an answer without a status: {error_message(dict(data))}")
    state = job_state(word, account=account, request_id=job.request_id)
    completed = state == "completed"
    return JobStatus(
        state=state,
        progress=read_progress(data.get("progress")),
        outputs=find_outputs(data) if completed else (),
        error=error_message(dict(data)) or str(word) if state == "failed" else None,
        effective=settings_reported(data, fields) if completed else {},
        charged_usd=charge_reported(data) if completed else None,
        raw_status=str(word).strip(),
        answer_keys=answer_keys(data) if completed else (),
    )


def status_word(data: Mapping[str, Any]) -> str | None:
    """Return the provider's word for a job's state, wherever it stands; `None` if there is none.

    It is a text, or the `state` of an object, under `status` or `state`, at the top or inside of `data`,
    `job`, `result` or `output`.
    """
    for part in (data, *(data.get(name) for name in ("data", "job", "result", "output"))):
        if isinstance(part, Mapping):
            for name in ("status", "state"):
                word = part.get(name)
                if isinstance(word, Mapping):
                    word = word.get("state") or word.get("status") or word.get("name")
                if isinstance(word, str):
                    return word
    return None


def read_progress(progress: object) -> float | None:
    """Return a progress in 0 … 1 from a share, from percents above 1, or from a text such as `"30%"`."""
    if isinstance(progress, bool) or not isinstance(progress, int | float | str):
        return None
    try:
        share = float(str(progress).strip().removesuffix("%"))
    except ValueError:
        return None
    if share > 1 or str(progress).strip().endswith("%"):
        share /= 100
    return min(max(share, 0.0), 1.0) if share == share else None


def job_state(word: object, *, account: str, request_id: str) -> State:
    """Return the state that `word` means, in any case. An unknown word is logged and means processing.

    `completed_with_warnings` is completed. A longer word than `failed` is unknown: `failed_retrying` is no
    end, and whoever takes it for one buys again.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", str(word).lower()).strip("_")
    first = plain.partition("_")[0]
    if plain not in WORDS and first in ("completed", "succeeded"):
        plain = first
    if plain not in WORDS:
        logger.warning("%s: job %s has the unknown status %r, taken as processing", account, request_id, word)
    return WORDS.get(plain, "processing")
