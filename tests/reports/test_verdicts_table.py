from __future__ import annotations

from vitrine.models.verdict import DestinationVerdict, Verdict
from vitrine.reports.verdicts_table import verdicts_table


def test_a_row_says_what_was_measured_and_the_limit() -> None:
    check = Verdict(
        measure="triangles", answer="fail", measured=120_000, limit="at most 100,000", required=True
    )
    verdict = DestinationVerdict(
        destination="x",
        name="Shop",
        role="ar",
        answer="fail",
        checks=(check,),
        source="s",
        url="",
        date="2026-11",
        official=True,
    )
    last = verdicts_table((verdict,)).splitlines()[-1]
    assert last == "| Shop | fail | ar | fail: triangles is 120,000, the limit is at most 100,000 |"
    assert verdicts_table(()) == "No destination was checked."
