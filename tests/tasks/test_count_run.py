"""What a product's run adds to the counters."""

from __future__ import annotations

import pytest

from tasks.count_run import count_run, counts_of
from tasks.resources import ledger
from vitrine import progress
from vitrine.errors import LedgerError
from vitrine.findings import finding
from vitrine.ledger.counters import read_counts
from vitrine.runs import Conversion

HELD = Conversion(
    product_id="mug", status="held", findings=(finding("PHOTO_DARK", "a"), finding("PHOTO_DARK", "b"))
)


def times() -> progress.StepTimes:
    with progress.bind_product("mug") as times:
        with progress.step("buy_model"):
            pass
        for fails in (True, False):
            try:
                with progress.step("build_ar"):
                    if fails:
                        raise LedgerError("no")
            except LedgerError:
                pass
    return times


def test_results_findings_and_steps_are_counted_and_products_are_not_named() -> None:
    counts = counts_of(HELD, times())
    assert counts["products", "held"] == 1
    assert counts["findings", "PHOTO_DARK"] == 2
    assert (counts["step_runs", "build_ar"], counts["step_failures", "build_ar"]) == (2, 1)
    assert counts["step_runs", "buy_model"] == 1
    assert ("step_failures", "buy_model") not in counts
    assert 0 <= counts["step_seconds", "build_ar"] < 60
    assert not any("mug" in label for _, label in counts)


@pytest.mark.usefixtures("home")
async def test_they_are_added_to_the_ledger() -> None:
    for _ in range(2):
        await count_run(HELD, times())
    assert read_counts(ledger())["products", "held"] == 2


async def test_a_ledger_that_is_away_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_LEDGER", "sqlite:////proc/nowhere/ledger.sqlite3")
    await count_run(HELD, times())
