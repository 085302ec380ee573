"""The table of retry rules as a table; over real sockets it is tested in test_retry_rows.py."""

from __future__ import annotations

from pathlib import Path

import httpx

from vitrine.errors import NotSent, OutcomeUnknown
from vitrine.providers.http import outcome_table as outcome


def test_only_a_refusal_or_proof_that_nothing_was_sent_allows_another_post() -> None:
    for row in outcome.ROWS:
        assert row.resend == (row.submitted == "no") == (row.state == "refused")
        if row.error is not None:
            assert issubclass(row.error, NotSent) == row.resend
            assert (row.error is OutcomeUnknown) == (row.submitted == "unknown")


def test_after_the_last_byte_no_failure_is_proof() -> None:
    for error in (
        httpx.ConnectError("x"),
        httpx.WriteTimeout("x"),
        httpx.ReadError("x"),
        TimeoutError(),
        OSError(),
    ):
        assert outcome.row_for_failure(error, last_byte_sent=True).submitted == "unknown"
        assert outcome.row_for_failure(error, last_byte_sent=False).submitted == "no"


def test_every_status_has_a_row_and_only_explicit_refusals_allow_another_post() -> None:
    freed = {status for status in range(300, 600) if outcome.row_for_status(status, "").submitted == "no"}
    assert freed == {301, 307, 308, 429, 503} | set(range(400, 500)) - {408, 409}


def test_a_503_from_a_gateway_that_lost_its_upstream_refuses_nothing() -> None:
    text = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
    assert outcome.row_for_status(503, text).submitted == "unknown"
    assert outcome.row_for_status(503, "<h1>Service Unavailable</h1>").resend


def test_the_documentation_shows_the_table_as_it_is() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "money.md").read_text(encoding="utf-8")
    for row in outcome.ROWS:
        again = "yes" if row.resend else "no"
        assert f"| `{row.event}` | {row.submitted} | {again} | {row.state} | {row.why} |\n" in page
