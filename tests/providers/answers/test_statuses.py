"""A status is read in whichever words and place it comes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from vitrine.errors import StatusUnavailable
from vitrine.models import Job
from vitrine.providers.answers.statuses import read_progress, read_status

JOB = Job(key="k", provider="p", request_id="r", submitted_at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"status": "COMPLETED"}, "completed"),
        ({"status": "Succeeded"}, "completed"),
        ({"status": " completed\n"}, "completed"),
        ({"status": "IN-PROGRESS"}, "processing"),
        ({"status": "In Queue"}, "queued"),
        ({"status": "Canceled"}, "failed"),
        ({"status": "Errored"}, "failed"),
        ({"status": "OK"}, "completed"),
        ({"status": "Done!"}, "completed"),
        ({"status": "COMPLETED_WITH_WARNINGS"}, "completed"),
        ({"status": "failed_retrying"}, "processing"),
        ({"status": "ready_to_start"}, "processing"),
        ({"status": {"state": "completed"}}, "completed"),
        ({"state": "done"}, "completed"),
        ({"code": 0, "data": {"status": "success"}}, "completed"),
        ({"status": 200, "data": {"status": "running"}}, "processing"),
        ({"status": None}, "processing"),
        ({"status": "warming_up"}, "processing"),
        ({"status": "failed", "error": ["out of memory", 137]}, "failed"),
    ],
)
def test_the_word_for_a_state_is_found(answer: dict[str, Any], state: str) -> None:
    assert read_status(answer, JOB, account="p", fields=()).state == state


def test_an_error_in_the_place_of_a_status_is_no_state() -> None:
    with pytest.raises(StatusUnavailable, match="p: an answer without a status: try again later"):
        read_status({"error": {"message": "try again later"}}, JOB, account="p", fields=())


@pytest.mark.parametrize(
    ("progress", "share"),
    [(0.4, 0.4), ("0.4", 0.4), (40, 0.4), ("40%", 0.4), ("1%", 0.01), (250, 1.0), (-1, 0.0), (1, 1.0)]
    + [(value, None) for value in (None, True, "soon", {}, "nan")],
)
def test_progress_is_a_share_or_percents(progress: object, share: float | None) -> None:
    assert read_progress(progress) == share
