"""Sections of the README are replaced by title and keep their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report


def test_a_table_aligns_all_columns_but_the_first_to_the_right() -> None:
    assert report.table(("a", "b"), [("x", 1), ("y", 2)]) == "| a | b |\n| --- | ---: |\n| x | 1 |\n| y | 2 |"


def test_a_section_replaces_the_one_with_its_title_and_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = tmp_path / "README.md"
    monkeypatch.setattr(report, "README", readme)
    report.write_section("One", "first", "old")
    report.write_section("Two", "second", "other")
    report.write_section("One", "first", "new")
    text = readme.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Measurements",
        "## One",
        "## Two",
    ]
    assert "old" not in text
    assert "new" in text
    assert "other" in text
