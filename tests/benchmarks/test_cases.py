"""The cases' own checks: what they let pass and what they do not."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

from benchmarks.cases import feeds, models
from benchmarks.cases.__main__ import main, summary
from benchmarks.cases.container_table import ALL_MODELS
from benchmarks.cases.feed_table import FEEDS
from benchmarks.cases.photo_table import PHOTOS
from benchmarks.cases.records import Expected, Finds, FindsNot, Row, expected_of, one_sentence, refused
from benchmarks.cases.watched import run_watched
from vitrine.gltf import write_glb


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("", "no message"),
        ("a\nb", "2 lines"),
        ("it starts with b'{\"as'", "bytes literal"),
        ("ValueError: x", "class name"),
        ("Traceback (most recent call last)", "traceback"),
    ],
)
def test_a_message_for_a_person_is_one_sentence(message: str, fault: str) -> None:
    assert any(fault in found for found in one_sentence(message))


def test_a_refusal_must_say_its_cause() -> None:
    facts = {"code": 2, "message": "mug.heic: an HEIC picture: save it as JPEG"}
    assert refused("heic", "jpeg").faults(facts) == []
    assert refused("avif").faults(facts) == ["does not say 'avif'"]
    assert refused("heic").faults(facts | {"code": 0}) == ["read, not refused"]
    assert refused("heic").faults(facts | {"code": 1}) == ["exit code 1"]


def test_of_two_right_outcomes_either_is_right() -> None:
    expected = Expected("m1*/*", "read or refused", ((Finds("length"), FindsNot("nan")), refused("length")))
    assert expected.matches("m1-x/a.glb")
    assert expected.faults({"code": 0, "message": "", "findings": ["LENGTH_WRONG: x"]}) == []
    assert expected.faults({"code": 2, "message": "its length is wrong"}) == []
    assert expected.faults({"code": 0, "message": "", "findings": []}) == ["no finding on 'length'"]


@pytest.mark.parametrize(
    ("name", "table"), [("m99-new/a.glb", ALL_MODELS), ("p99-new/a.jpg", PHOTOS), ("f99-new/a.csv", FEEDS)]
)
def test_files_of_unknown_cases_have_an_expectation(name: str, table: tuple[Expected, ...]) -> None:
    assert expected_of(name, table).accept


def test_a_run_that_hangs_or_dies_is_ended_and_told() -> None:
    assert run_watched(abs, -2).value == 2
    assert re.fullmatch("killed after .* wall time", run_watched(time.sleep, 60, limit_s=0.1).crash)
    child = f"{sys.executable} -c 'while True: pass'"
    for compute in ((sum, range(10**12)), (os.system, child)):
        assert re.fullmatch("killed after .* processor time", run_watched(*compute, limit_s=0.1).crash)
    assert "exit code 3" in run_watched(os._exit, 3).crash
    assert "ValueError" in run_watched(int, "x").crash


def test_a_model_and_a_feed_run_through(tmp_path: Path, globe, capsys) -> None:
    cases = tmp_path / "cases"
    (cases / "m99-new").mkdir(parents=True)
    (cases / "m99-new" / "a.glb").write_bytes(write_glb(globe))
    (cases / "m99-new" / "b.glb").write_bytes(b"no model")
    (cases / "f99-new").mkdir()
    (cases / "f99-new" / "a.csv").write_text("id,title,photo\na,A,a.jpg\n")
    assert len(models.files(cases / "m99-new")) == 2
    assert len(feeds.files(cases / "f99-new")) == 1
    main([str(cases), "--only", "m99,f99"])
    out = capsys.readouterr().out
    assert out.count("m99-new") == 2
    assert "| feeds | 1 | 1 | 1 | 0 |" in out


def test_the_summary_counts_by_kind() -> None:
    rows = [Row("m01", "a", "", "", "right", cpu_s=2.0), Row("f01", "b", "", "", "wrong", cpu_s=3.0)]
    assert summary(rows).splitlines()[-1] == "| all | 2 | 2 | 1 | 1 | 0 | 0 | 3.0 s (f01 b) | 0 MB |"
