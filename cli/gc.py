"""`vitrine gc`: delete what nothing needs any more from the work store."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.console import Console
from vitrine.defaults import GARBAGE_DAYS, GARBAGE_GRACE_HOURS
from vitrine.plain_text import count_of


def gc(
    days: Annotated[
        float, typer.Option(min=0, help="Delete results of steps that are older than so many days.")
    ] = GARBAGE_DAYS,
    grace_hours: Annotated[
        float,
        typer.Option(
            min=0,
            help="Delete files that were unneeded for so many hours; 0 deletes at once, if no run goes on.",
        ),
    ] = GARBAGE_GRACE_HOURS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be deleted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Delete old results of steps from the work store. Paid models and their photos stay."""
    from datetime import UTC, datetime, timedelta

    from vitrine.settings import Settings
    from vitrine.storage.collect_garbage import collect_garbage

    settings = Settings.from_env()
    ledger = settings.open_ledger()
    needed = ledger.contents()
    ledger.close()
    found = collect_garbage(
        settings.open_work_store().bucket,
        needed,
        datetime.now(UTC),
        older_than=timedelta(days=days),
        grace=timedelta(hours=grace_hours),
        dry_run=dry_run,
    )
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), indent=2))
        return
    verb = "would delete" if dry_run else "deleted"
    lines = [
        f"{found.root}: {verb} {count_of(found.records, 'result')} of steps older than {days:g} days "
        f"and {count_of(found.files, 'file')} ({found.size_bytes / 1e6:.1f} MB)"
    ]
    if found.marked:
        lines.append(
            f"unneeded from now on: {count_of(found.marked, 'file')}, deleted if that is still so "
            f"after {grace_hours:g} hours"
        )
    for line in lines:
        Console(soft_wrap=True).print(line, markup=False, highlight=False)
