"""What is expected of a case, and what came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, Protocol

Facts = dict[str, Any]
"""What a run of one file gave, as plain JSON values; its keys depend on the kind of case."""

Outcome = Literal["right", "wrong", "crashed", "slow"]


class Check(Protocol):
    """One thing that must hold of the facts of a run."""

    def faults(self, facts: Facts) -> list[str]:
        """Return what is wrong, nothing when it holds."""
        ...


@dataclass(frozen=True)
class Expected:
    """What is right for the files that a pattern matches: any one of several lists of checks."""

    pattern: str
    """`folder/file`, as `fnmatch` reads it; the folder's number alone is enough (`m22*/gif*`)."""
    says: str
    accept: tuple[Check | tuple[Check, ...], ...]
    """Every check of one of these must hold."""
    options: Facts = field(default_factory=dict)
    """For the run: further arguments of the command, for instance."""

    def matches(self, name: str) -> bool:
        """Whether this says what is right for `folder/file`."""
        return fnmatchcase(name, self.pattern)

    def faults(self, facts: Facts) -> list[str]:
        """Return what is wrong with the facts; of several accepted outcomes, by the nearest one."""
        found = []
        for checks in self.accept:
            checks = checks if isinstance(checks, tuple) else (checks,)
            found.append([fault for check in checks for fault in check.faults(facts)])
        return min(found, key=len)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    case: str
    file: str
    expected: str
    got: str
    outcome: Outcome
    cpu_s: float = 0.0
    """Processor time of what was tried, its own processes included; judging it does not count."""
    wall_s: float = 0.0
    peak_mb: float = 0.0


def expected_of(name: str, table: Sequence[Expected]) -> Expected:
    """Return the first row of the table that matches `folder/file`. Raises `LookupError` without one."""
    for row in table:
        if row.matches(name):
            return row
    raise LookupError(f"nothing says what is right for {name}")


def one_sentence(message: str) -> list[str]:
    """Return what makes a message unfit for a person: a traceback, Python literals, several lines."""
    faults = []
    if not message.strip():
        faults.append("no message")
    if "Traceback" in message:
        faults.append("a traceback")
    if len(message.strip().splitlines()) > 1:
        faults.append(f"{len(message.strip().splitlines())} lines instead of one sentence")
    if re.search(r"\bb['\"]", message):
        faults.append("a Python bytes literal in the message")
    if re.search(r"<\S+ object at 0x", message):
        faults.append("a Python object in the message")
    if re.search(r"\b[A-Z]\w+(Error|Exception): ", message):
        faults.append("an exception's class name in the message")
    return faults


@dataclass(frozen=True)
class Refused:
    """The file is refused with exit code 2, in one sentence that matches each of `words`."""

    words: tuple[str, ...] = ()
    codes: tuple[int, ...] = (2,)

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"] == 0:
            return ["read, not refused"]
        faults = [] if facts["code"] in self.codes else [f"exit code {facts['code']}"]
        faults += one_sentence(facts["message"])
        said = facts["message"].lower()
        return faults + [f"does not say {word!r}" for word in self.words if not re.search(word, said)]


@dataclass(frozen=True)
class Finds:
    """A finding whose code or message matches a regular expression."""

    words: str

    def faults(self, facts: Facts) -> list[str]:
        said = facts.get("findings", [])
        return (
            []
            if any(re.search(self.words, f, re.IGNORECASE) for f in said)
            else [f"no finding on {self.words!r}"]
        )


@dataclass(frozen=True)
class FindsNot:
    """No finding's code or message matches."""

    words: str

    def faults(self, facts: Facts) -> list[str]:
        return [
            f"finding: {f[:90]}" for f in facts.get("findings", []) if re.search(self.words, f, re.IGNORECASE)
        ]


def refused(*words: str) -> Refused:
    """Return the check that a file is refused in one sentence that says all of `words`."""
    return Refused(words)
