"""`vitrine codes`: every finding code, with its severity, its meaning and what to do."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.console import Console


def codes(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the codes of all findings: severity, meaning and what to do."""
    from vitrine.findings import CODES

    if as_json:
        rows = [{"code": code, **row.model_dump(mode="json")} for code, row in CODES.items()]
        print(json.dumps(rows, indent=2))
        return
    table = Table("code", "severity", "meaning", "what to do", box=None, pad_edge=False)
    subject = ""
    for code, row in CODES.items():
        if row.subject != subject:
            subject = row.subject
            table.add_row(f"[b]{escape(subject)}[/]")
        table.add_row(code, " or ".join(row.severities), escape(row.meaning), escape(row.action))
    Console().print(table, highlight=False)
