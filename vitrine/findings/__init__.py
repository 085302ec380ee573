"""Every finding code: its severity, what it means, and what to do about it. `vitrine codes` prints the table.

Codes are UPPER_SNAKE_CASE, as those of the Khronos glTF Validator. An error stops the product, a warning is
worth a look, an info says what was done. Only rules of glTF have hints.
"""

from __future__ import annotations

import math

from vitrine.findings.code import Code
from vitrine.findings.gltf_codes import GLTF
from vitrine.findings.input_codes import FEED, PHOTO, PURCHASE
from vitrine.findings.model_codes import CORE, FILE, IMPORT, LODS, MATCH, REPAIR
from vitrine.models import Finding, Severity
from vitrine.plain_text import visible

__all__ = ["CODES", "Code", "finding"]


CODES: dict[str, Code] = FEED | PHOTO | PURCHASE | IMPORT | FILE | REPAIR | LODS | CORE | MATCH | GLTF


def finding(
    code: str,
    message: str,
    *,
    pointer: str = "",
    measured: float | None = None,
    limit: float | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Return the finding `code`, with the first severity that the table gives it unless one is chosen.

    Raises `KeyError` for a code outside the table, `ValueError` for a severity that it does not have.
    """
    allowed = CODES[code].severities
    severity = severity or allowed[0]
    if severity not in allowed:
        raise ValueError(f"{code} is {' or '.join(allowed)}, never {severity}")
    return Finding(
        code=code,
        severity=severity,
        message=visible(message),
        pointer=visible(pointer),
        measured=measured if measured is None or math.isfinite(measured) else None,
        limit=limit,
    )
