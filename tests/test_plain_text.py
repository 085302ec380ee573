"""Text from elsewhere obeys no terminal, no Markdown and no spreadsheet."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.table import Table

from cli.console import Console
from vitrine.findings import finding
from vitrine.plain_text import count_of, spreadsheet_cell, visible, visible_json
from vitrine.reports.markdown import escape, link, table

EVIL = {
    "\x1b[2J": "\\x1b[2J",
    "\x1b]0;title\x07": "\\x1b]0;title\\x07",
    "\x9b31m": "\\x9b31m",
    "\x9d52;c;aGk=\x9c": "\\x9d52;c;aGk=\\x9c",
    "\x1b]8;;https://evil.example\x1b\\here": "\\x1b]8;;https://evil.example\\x1b\\here",
    "mug\u202egpj.exe": "mug\\u202egpj.exe",
    "\u2066a\u2069": "\\u2066a\\u2069",
    "\r\x08\x7f\x00": "\\r\\x08\\x7f\\x00",
    "größe 茶 👍🏽 a\tb\nc": "größe 茶 👍🏽 a\tb\nc",
}


@pytest.mark.parametrize(("text", "shown"), EVIL.items())
def test_control_characters_become_codes(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown
    assert finding("FILE_UNREADABLE", text, pointer=text).message == shown
    assert json.loads(visible_json(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize("text", [text for text, shown in EVIL.items() if text != shown])
def test_the_console_prints_none_of_them(text: str) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=200, no_color=True)
    console.print(text, markup=False, highlight=False)
    console.print(f"[b]bold[/] {text}", highlight=False)
    rows = Table(text)
    rows.add_row(text)
    console.print(rows)
    printed = out.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[1;", "")
    assert visible(printed) == printed


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(cell: str) -> None:
    assert spreadsheet_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["mug", "1=1", "", None, -5, 0.2])
def test_other_cells_stay(cell: object) -> None:
    assert spreadsheet_cell(cell) == cell


def test_markdown_shows_links_images_and_html_as_text() -> None:
    text = "![x](https://evil.example/a.png) [y](https://evil.example) <img src=x> "
    text += "a|b https://evil.example?sig=1 \x1b[1m"
    shown = escape(text)
    for active in ("![x](", "[y](", "<img", " https://", "sig=1", "\x1b"):
        assert active not in shown
    assert "\\[x\\](https\\://evil.example/a.png)" in shown
    assert "| \\[a\\](b) |" in table(("what",), [("[a](b)",)])
    assert escape("\\[a](b)") == "\\\\\\[a\\](b)"
    assert link("https://a.example/p (1)/[x].html") == (
        "[https://a.example/p (1)/\\[x\\].html](https://a.example/p%20%281%29/%5Bx%5D.html)"
    )
    assert link("file:///p/`x`") == "`file:///p/x`"


def test_one_thing_is_singular() -> None:
    assert [count_of(n, "photo") for n in (0, 1, 2, 1903)] == [
        "0 photos",
        "1 photo",
        "2 photos",
        "1,903 photos",
    ]
    assert [count_of(n, "vertex", "vertices") for n in (1, 2)] == ["1 vertex", "2 vertices"]


ALWAYS_PLURAL = re.compile(r"\{len\([^{}]+\)(:,)?\} (models|products|photos|runs|jobs|purchases|materials)\b")


def test_numbers_of_things_are_written_by_count_of() -> None:
    root = Path(__file__).resolve().parents[1]
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for folder in ("vitrine", "cli", "flows", "tasks", "deployments")
        for path in sorted((root / folder).rglob("*.py"))
        for match in ALWAYS_PLURAL.finditer(path.read_text(encoding="utf-8"))
        if path.name != "model_files.py"  # there it is two at least
    ]
    assert found == []
