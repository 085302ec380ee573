"""`vitrine codes`: every finding code, with its severity, its meaning and what to do."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

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
    console = Console()
    for subject, rows_of_subject in groupby(CODES.items(), key=lambda item: item[1].subject):
        console.print(f"[b]{escape(subject)}[/]")
        # A table each: the long names of glTF's codes would squeeze the other columns.
        table = Table(
            Column("code", overflow="fold"), "severity", "meaning", "what to do", box=None, pad_edge=False
        )
        for code, row in rows_of_subject:
            table.add_row(code, " or ".join(row.severities), escape(row.meaning), escape(row.action))
        console.print(table, highlight=False)
