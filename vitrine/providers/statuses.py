"""The words providers use for a job's state, in ours."""

from __future__ import annotations

import logging
from typing import Literal

logger = logging.getLogger(__name__)

State = Literal["queued", "processing", "completed", "failed"]

WORDS: dict[str, State] = {
    **dict.fromkeys(("queued", "pending", "submitted", "accepted", "created", "in_queue"), "queued"),
    **dict.fromkeys(("processing", "running", "started", "starting", "in_progress"), "processing"),
    **dict.fromkeys(("completed", "complete", "succeeded", "success", "done", "finished"), "completed"),
    **dict.fromkeys(("failed", "failure", "error", "cancelled", "canceled", "aborted"), "failed"),
}


def job_state(word: object, *, provider: str, request_id: str) -> State:
    """The state a word means, in any case; an unknown word is a logged warning and counts as processing."""
    plain = str(word).strip().lower().replace("-", "_").replace(" ", "_")
    if plain not in WORDS:
        logger.warning(
            "%s: job %s has the unknown status %r, taken as processing", provider, request_id, word
        )
    return WORDS.get(plain, "processing")
