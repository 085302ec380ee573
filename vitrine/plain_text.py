"""Text for people: numbers of things, and text from elsewhere shown as text and nothing else."""

from __future__ import annotations

import re

CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1: ESC, CSI and OSC are among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls (Unicode Standard Annex 9)
    "\u2028\u2029\ufff9-\ufffb]"  # line and paragraph separator, interlinear annotation
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula (OWASP, CSV injection)."""


def count_of(number: int, what: str, plural: str = "") -> str:
    """Return a number with its noun: `1 photo`, `1,903 photos`; `plural` is given where it is not `what`s."""
    return f"{number:,} {what if number == 1 else plural or f'{what}s'}"


def visible(text: str) -> str:
    """Return `text` with each control character as its code point: a terminal obeys none of them."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def visible_json(text: str) -> str:
    """Return a JSON text with the control characters in its strings escaped: the same values."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def spreadsheet_cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: a text that could be one gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
