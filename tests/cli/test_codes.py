"""`vitrine codes`."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from cli.main import app
from vitrine.findings import CODES


def test_the_table_names_every_code() -> None:
    text = CliRunner().invoke(app, ["codes"], env={"COLUMNS": "260"}).stdout
    for code, row in CODES.items():
        (line,) = (line for line in text.splitlines() if line.split(maxsplit=1)[:1] == [code])
        assert " or ".join(row.severities) in line
        assert row.action in line


def test_json_has_every_field() -> None:
    rows = json.loads(CliRunner().invoke(app, ["codes", "--json"]).stdout)
    assert [row["code"] for row in rows] == list(CODES)
    assert rows[0].keys() == {"code", "subject", "severities", "meaning", "action", "message"}
