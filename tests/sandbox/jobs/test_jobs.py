"""Where a job stands, second by second."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vitrine.sandbox.jobs.jobs import Job, phase_of
from vitrine.sandbox.jobs.orders import Wanted
from vitrine.sandbox.jobs.sales import Sale


def job(*fates: str, made_at: float | None = 1005.0, **fields: object) -> Job:
    sale = Sale(
        request_id="r",
        provider="pixazo",
        account="a",
        key_last4="1234",
        at=1000.0,
        price_usd=Decimal("0.35"),
        image_sha256="0" * 64,
        settings={},
        wanted=Wanted(),
        fates=fates,
    )
    return Job(sale, made_at=made_at, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "state", "progress"),
    [
        (1000, "queued", 0),
        (1009.9, "queued", 0),
        (1010, "processing", 0),
        (1020, "processing", 0.5),
        (1029.99, "processing", 0.99),
        (1030, "completed", 1),
        (9999, "completed", 1),
    ],
)
def test_queued_then_processing_then_completed(now, state, progress):
    phase = phase_of(job(), now, queue_s=10, latency_s=20)
    assert (phase.state, phase.progress) == (state, progress)
    assert phase.ended_at == (1030 if state == "completed" else None)


def test_it_ends_no_sooner_than_its_model_is_made():
    assert phase_of(job(made_at=None), 2000, queue_s=0, latency_s=0).state == "processing"
    late = phase_of(job(made_at=1500.0), 1500, queue_s=10, latency_s=20)
    assert (late.state, late.ended_at) == ("completed", 1500)


@pytest.mark.parametrize(
    ("fate", "state"),
    [
        ("fail-job", "failed"),
        ("error-job", "error"),
        ("cancel-job", "cancelled"),
        ("stuck-job", "processing"),
    ],
)
def test_fates(fate, state):
    assert phase_of(job(fate), 1004, queue_s=0, latency_s=0).state == "processing"
    assert phase_of(job(fate), 1006, queue_s=0, latency_s=0).state == state


def test_a_problem_of_the_engine_is_a_failure_that_says_so():
    phase = phase_of(job(problem="nothing is solid"), 1006, queue_s=0, latency_s=0)
    assert (phase.state, phase.problem) == ("failed", "nothing is solid")
