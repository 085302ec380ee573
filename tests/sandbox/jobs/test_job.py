"""The status of a job at given times."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vitrine.sandbox.jobs.job import Job, status_at
from vitrine.sandbox.jobs.order import EngineSettings
from vitrine.sandbox.jobs.sales_log import Sale


def job(*faults: str, generated_at: float | None = 1005.0, **fields: object) -> Job:
    sale = Sale(
        request_id="r",
        provider="pixazo",
        account="a",
        key_last4="1234",
        sold_at=1000.0,
        price_usd=Decimal("0.35"),
        image_sha256="0" * 64,
        settings={},
        engine_settings=EngineSettings(),
        job_faults=faults,
    )
    return Job(sale, generated_at=generated_at, **fields)  # type: ignore[arg-type]


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
    status = status_at(job(), now, queue_s=10, latency_s=20)
    assert (status.state, status.progress) == (state, progress)
    assert status.ended_at == (1030 if state == "completed" else None)


def test_a_job_does_not_end_before_its_model_is_generated():
    assert status_at(job(generated_at=None), 2000, queue_s=0, latency_s=0).state == "processing"
    late = status_at(job(generated_at=1500.0), 1500, queue_s=10, latency_s=20)
    assert (late.state, late.ended_at) == ("completed", 1500)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("fail-job", "failed"),
        ("error-job", "error"),
        ("cancel-job", "cancelled"),
        ("stuck-job", "processing"),
    ],
)
def test_a_fault_changes_the_end_of_the_job(fault, state):
    assert status_at(job(fault), 1004, queue_s=0, latency_s=0).state == "processing"
    assert status_at(job(fault), 1006, queue_s=0, latency_s=0).state == state


def test_an_engine_error_fails_the_job_with_its_message():
    status = status_at(job(error="nothing is solid"), 1006, queue_s=0, latency_s=0)
    assert (status.state, status.error) == ("failed", "nothing is solid")
