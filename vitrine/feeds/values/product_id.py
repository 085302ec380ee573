"""Check the ids of products: what a spreadsheet has spoilt, and ids that look alike."""

from __future__ import annotations

import re
import unicodedata

ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}")
"""How Excel shows a number of more than eleven digits: `4.01235E+12`."""
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mrz|Mär|Mai|Okt|Dez)"
DATED = re.compile(rf"\d{{1,2}}[-.]{_MONTHS}|{_MONTHS}[-.]\d{{2}}|\d{{4}}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
"""What Excel makes of `1-2`: `01-Feb`, or a date."""
ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!"})


def spoilt(product_id: str) -> str | None:
    """Return what a spreadsheet has done to an id so that it is lost, or `None`."""
    if ROUNDED.fullmatch(product_id):
        return "is a number that a spreadsheet has rounded: format the column as text and export it again"
    if product_id in ERRORS:
        return "is an error of a spreadsheet: correct its formula and export it again"
    return None


def spreadsheet_look(product_id: str) -> str | None:
    """Return what a spreadsheet may have made of an id, though it can be meant, or `None`."""
    if DATED.fullmatch(product_id):
        return "looks like a date"
    if re.fullmatch(r"\d{3,}[.,]0+", product_id):
        return "looks like a number with a decimal point"
    if re.fullmatch(r"'\d+", product_id):
        return "begins with an apostrophe"
    return None


def invisible(text: str) -> list[str]:
    """Return the characters nobody sees, as `U+200B`."""
    if text.isprintable():
        return []
    return [f"U+{ord(char):04X}" for char in text if _is_invisible(char)]


def look(product_id: str) -> str:
    """Return what an id looks like.

    Ids are equal in it that differ in case, hyphens, Unicode normal form or invisible characters.
    """
    if product_id.isascii() and product_id.isprintable():
        return " ".join(product_id.casefold().split())
    seen = "".join(char for char in product_id if not _is_invisible(char))
    plain = unicodedata.normalize("NFKC", seen).casefold()
    plain = "".join("-" if unicodedata.category(char) == "Pd" or char == "−" else char for char in plain)
    return " ".join(plain.split())


def difference(one: str, other: str) -> str:
    """Return in what two ids differ that look alike."""
    if invisible(one) != invisible(other):
        return "invisible characters"
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        return "Unicode normal form"
    if one.casefold() == other.casefold():
        return "upper and lower case"
    return "characters that look alike"


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn") and char not in "\n\r\t"
