"""The times and counts that docs/money.md promises are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cli.ledger import app
from flows.restart_run import RESTART_AFTER_S
from flows.start_forgotten import SILENT_S
from tasks.destination import CHECKED_FOR_S
from vitrine.ledger.accounts.breaker import FAILURES_TO_OPEN
from vitrine.ledger.age import CLOCKS_AGREE_S
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.account import HOSTED, SANDBOX
from vitrine.providers.wait import FAILED_AGAIN_POLLS, MAX_NOT_FOUND, _backoff_s
from vitrine.purchasing.collect_models import RUN_WAITS
from vitrine.purchasing.fetch.not_found import LONGEST_JOB_S, MIN_SIGHTINGS, MIN_SPAN_S
from vitrine.purchasing.fetch_model import FIRST_PAUSE_S, MAX_DOWNLOADS
from vitrine.purchasing.reconcile.bill import BILL_LAG_S, MIN_KNOWN_CHARGES
from vitrine.purchasing.reconcile.job_list import LISTED_FOR_S

ROOT = Path(__file__).resolve().parents[1]
PAGE = " ".join((ROOT / "docs" / "money.md").read_text(encoding="utf-8").split())
COUNTS = {3: "three", 5: "five", 7: "seven", 10: "ten"}
MINUTES = [round(seconds / 60) for seconds in RESTART_AFTER_S]
DEPLOYMENTS = {
    each["name"]: each for each in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
}


@pytest.mark.parametrize(
    "promise",
    [
        f"once in {COUNTS[CHECKED_FOR_S // 60]} minutes each process writes a small object",
        f"the order is younger than {LISTED_FOR_S / 60:.0f} min",
        f"all charges but one are of this ledger's purchases (at least {COUNTS[MIN_KNOWN_CHARGES]})",
        f"the order is {'an hour' if BILL_LAG_S == 3600 else BILL_LAG_S} old, and about its time",
        f"The list is asked {HOSTED.listing_delay_s:.0f} s after the order left",
        f"is asked after {SANDBOX.listing_delay_s:.0f} s; the sandbox behind a gateway, after "
        f"{HOSTED.listing_delay_s:.0f} s",
        f"it is asked for once more, {FAILED_AGAIN_POLLS * HOSTED.poll_s:.0f} s later",
        f"it is asked for {COUNTS[MAX_NOT_FOUND]} times in two minutes",
        f"after {COUNTS[MIN_SIGHTINGS]} sightings over {COUNTS[MIN_SPAN_S // 60]} minutes",
        f"{COUNTS[MAX_DOWNLOADS]} times in {FIRST_PAUSE_S * (2 ** (MAX_DOWNLOADS - 1) - 1):.0f} s, each time",
        f"keeps a job for {'one hour' if EmpirioLabs.job_memory_s == 3600 else ''} after its end",
        f"(an end that nobody saw counts as {'one hour' if LONGEST_JOB_S == 3600 else ''} after the order)",
        f"links work for {COUNTS[EmpirioLabs.link_memory_s // 86_400]} days",
        f"Pixazo says nothing of this; {'one day' if Pixazo.job_memory_s == 86_400 else ''} is assumed",
        f"If the two differ by more than {'a minute' if CLOCKS_AGREE_S == 60 else ''}, a clock was set",
        "after {} min; after further ends {} and {} min later, then no more".format(*MINUTES),
        f"no heartbeat for {SILENT_S:.0f} s",
        f"leaves a purchase alone for {RUN_WAITS.total_seconds() / 60:.0f} minutes",
        f"`collect`, every {DEPLOYMENTS['collect']['schedules'][0]['cron'].split()[0][2:]} min",
        f"no orders for a while after {COUNTS[FAILURES_TO_OPEN]} in a row were refused",
    ],
)
def test_the_page_has_the_times_and_counts_of_the_code(promise: str) -> None:
    assert promise in PAGE


def test_a_job_that_is_not_found_is_asked_for_during_two_minutes() -> None:
    """Before the fifth answer are four pauses; each is up to a fifth longer or shorter."""
    pauses_s = [_backoff_s(Pixazo("key"), count) for count in range(1, MAX_NOT_FOUND)]
    assert sum(pauses_s) == pytest.approx(120, rel=0.25)


def test_every_command_of_the_page_is_there() -> None:
    named = {command.callback.__name__ for command in app.registered_commands if command.callback}
    for words in PAGE.split("`vitrine ledger ")[1:]:
        assert words.split("`")[0].split()[0] in named


def test_every_file_of_the_page_is_there() -> None:
    for row in PAGE.split("| `tests/")[1:]:
        assert (ROOT / "tests" / row.split("`")[0]).is_file()
