"""Judge a file by the limits of its destinations: pass, fail or not tested."""

from __future__ import annotations

from typing import Literal

from vitrine.destinations.limits import Destination, Limit
from vitrine.destinations.measures import MEASURES, Subject, Value
from vitrine.errors import ModelError
from vitrine.models.verdict import DestinationVerdict, Verdict

Answer = Literal["pass", "fail", "not tested"]


def judge(subject: Subject, destination: Destination, role: str = "") -> DestinationVerdict:
    """Return the verdict on a file, and on each limit.

    A destination passes when no required limit fails; what is not tested is listed, and decides nothing. A
    file that cannot be read leaves all but its size and format untested, and fails.
    """
    checks = tuple(_check(subject, limit) for limit in destination.limits)
    failed = any(check.answer == "fail" and check.required for check in checks)
    tested = any(check.answer != "not tested" for check in checks)
    return DestinationVerdict(
        destination=destination.id,
        name=destination.name,
        role=role,
        answer="fail" if failed else "pass" if tested else "not tested",
        checks=checks,
        source=destination.source,
        url=destination.url,
        date=destination.date,
        official=destination.official,
    )


def _check(subject: Subject, limit: Limit) -> Verdict:
    try:
        measured = MEASURES[limit.measure](subject)
    except ModelError:
        measured = None
    return Verdict(
        measure=limit.measure,
        answer=_answer(measured, limit),
        measured=measured,
        limit=limit.text,
        required=limit.required,
    )


def _answer(measured: Value, limit: Limit) -> Answer:
    if measured is None:
        return "not tested"
    if limit.max is not None:
        holds = isinstance(measured, int | float) and measured <= limit.max
    elif limit.min is not None:
        holds = isinstance(measured, int | float) and measured >= limit.min
    elif limit.allowed is not None:
        values = measured if isinstance(measured, tuple) else (str(measured),)
        holds = set(values) <= set(limit.allowed)
    else:
        holds = measured == limit.equal
    return "pass" if holds else "fail"
