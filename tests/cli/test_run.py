"""What a run says in the end, and with which exit code."""

from __future__ import annotations

import io
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from cli.console import Console
from cli.run import exit_code, summarize
from vitrine.models import Finding
from vitrine.runs import Conversion
from vitrine.settings import Settings


def became(status: str, **fields: object) -> Conversion:
    return Conversion.model_validate({"product_id": status, "status": status, **fields})


@pytest.mark.parametrize(
    ("statuses", "code"),
    [(("published", "unchanged"), 0), (("held", "published"), 3), (("held", "failed"), 1), ((), 0)],
)
def test_the_exit_code_says_the_worst(statuses: tuple[str, ...], code: int) -> None:
    assert exit_code(became(status) for status in statuses) == code


@pytest.mark.parametrize(
    ("words", "review"),
    [
        (["convert", "x"], "vitrine review held --approve"),
        (["catalog", "x", "--to", "s3://a/b"], "vitrine review held --to s3://a/b --approve"),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_is_held_is_said_once_with_where_to_look_and_what_to_do(
    words: list[str], review: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["vitrine", *words])
    monkeypatch.chdir(tmp_path)
    sheet = Settings.from_env().open_work_store().put(b"a picture", "image/webp")
    doubt = Finding(code="FIDELITY_OUTLINE", severity="warning", message="another shape")
    held = became(
        "held", error="held for review: another shape", sheet=sheet, findings=(doubt,), spent_usd="0.249"
    )
    out = io.StringIO()
    summarize([held, became("published", spent_usd=Decimal("0.249"))], Console(file=out, width=200))
    lines = out.getvalue().splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["held", "held"], ["published", "published"]]
    assert lines[2] == "held: held for review: another shape"
    where = Path("home", "work", "blobs", sheet.name)
    assert lines[3] == (f"  look at {where}; if it is good, {review} publishes it")
    assert lines[4] == "bought 2 for 0.498 USD; 1 held for review"
    assert out.getvalue().count("another shape") == 1
