"""Delete what nothing needs any more from the work store."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from prefect import State, flow
from prefect.states import Completed
from pydantic import Field

from tasks.collect_garbage import collect_garbage as collect
from vitrine.defaults import GARBAGE_DAYS, GARBAGE_GRACE_HOURS
from vitrine.plain_text import count_of
from vitrine.storage.collect_garbage import Garbage


@flow(name="collect-garbage")
async def collect_garbage(
    days: Annotated[float, Field(ge=1)] = GARBAGE_DAYS,
    grace_hours: Annotated[float, Field(ge=1)] = GARBAGE_GRACE_HOURS,
    dry_run: bool = False,
) -> State[Garbage]:
    """Delete old results of steps, and the files that only they name.

    Paid models and their photos stay, so whatever is deleted can be built again without buying.

    Args:
        days: Age from which on results of steps are deleted.
        grace_hours: How long a file was unneeded before it is deleted: a run that goes on may still read it.
        dry_run: Delete nothing; the message says what would be deleted.
    """
    found: Garbage = await collect(timedelta(days=days), timedelta(hours=grace_hours), dry_run)
    verb = "would delete" if dry_run else "deleted"
    message = (
        f"{verb} {count_of(found.records, 'result')} of steps and {count_of(found.files, 'file')}, "
        f"{found.size_bytes / 1e6:.1f} MB; "
        f"{found.marked} more files are unneeded"
    )
    return Completed(message=message, data=found)
