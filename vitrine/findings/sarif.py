"""Findings as SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format), for code-scanning pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from vitrine.findings import CODES
from vitrine.models import Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note", "hint": "note"}


@dataclass(frozen=True, slots=True)
class FileFinding:
    """A finding, and the file that it is about."""

    path: str
    code: str
    severity: Severity
    message: str
    pointer: str = ""
    offset: int | None = None
    """Byte of the file"""


def to_sarif(found: Iterable[FileFinding], version: str) -> dict[str, Any]:
    """Return one run of Vitrine, `version`, with a result for each finding and a rule for each code.

    A JSON pointer becomes the name of a logical location, and stands in the message too. Raises `KeyError`
    for a code outside the table of findings.
    """
    results = list(found)
    codes = sorted({each.code for each in results})
    numbers = {code: number for number, code in enumerate(codes)}
    driver = {"name": "Vitrine", "version": version, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, numbers[each.code]) for each in results],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    row = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": row.meaning},
        "help": {"text": row.action},
        "defaultConfiguration": {"level": LEVELS[row.severities[0]]},
        "properties": {"tags": [row.subject]},
    }


def _result(found: FileFinding, rule: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(found.path)}, "region": {"startLine": 1}}
    if found.offset is not None:
        physical["region"] = {"byteOffset": found.offset, "byteLength": 0}
    location: dict[str, Any] = {"physicalLocation": physical}
    if found.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": found.pointer, "kind": "element"}]
    place = f" at {found.pointer}" if found.pointer else ""
    return {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": LEVELS[found.severity],
        "message": {"text": found.message + place},
        "locations": [location],
    }
