"""Read a length as people write it: `9.6`, `9,6 cm`, `1.800,5`, `3 ft 2 in`, `9½"`."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from vitrine.models import METRES

UNITS = {
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "in": "in",
    "ft": "ft",
    **dict.fromkeys(("millimeter", "millimeters", "millimetre", "millimetres"), "mm"),
    **dict.fromkeys(("centimeter", "centimeters", "centimetre", "centimetres"), "cm"),
    **dict.fromkeys(("meter", "meters", "metre", "metres", "mtr"), "m"),
    **dict.fromkeys(("inch", "inches", '"', "″", "”", "“", "''", "′′", "’’"), "in"),
    **dict.fromkeys(("foot", "feet", "'", "′", "’"), "ft"),
    **dict.fromkeys(("zoll", "pouce", "pouces", "pulgada", "pulgadas", "pollice", "pollici", "дюйм"), "in"),
    **dict.fromkeys(("fuß", "pied", "pieds", "pie", "pies", "piede", "piedi"), "ft"),
    **dict.fromkeys(("zentimeter", "centimètre", "centimètres", "centímetro", "centímetros"), "cm"),
    **dict.fromkeys(("millimètre", "millimètres", "milímetro", "milímetros", "мм", "毫米", "ミリ"), "mm"),
    **dict.fromkeys(("см", "厘米", "公分", "センチ"), "cm"),
    **dict.fromkeys(("mètre", "mètres", "metro", "metros", "м", "米"), "m"),
}
"""How a unit may be written, in lower case, and which of `METRES` it is."""

NOTHING = frozenset({"-", "–", "—", "?", "n/a", "na", "n.a.", "none", "null", "nil", "unknown", "tbd"})
"""What people write into a cell that has no size."""

_GROUP_MARK = r"['’\u00a0\u2009\u202f]"
_NUMBER = rf"(?:\d|(?<=\d)(?:[.,]|{_GROUP_MARK}(?=\d{{3}}(?!\d))))+(?:e[+-]?\d+)?|[.,]\d+(?:e[+-]?\d+)?"
_FRACTION = r"\d+\s*[/⁄]\s*\d+"
_PART = re.compile(
    rf"(?P<number>{_FRACTION}|{_NUMBER})(?:(?:\s+|\s*-\s*|(?=[½¼¾⅓⅔⅛⅜⅝⅞]))(?P<fraction>{_FRACTION}))?"
    r"\s*(?P<unit>[^\W\d_]+|''|′′|’’|[\"″”“'′’])?\.?",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d])")


class NotALength(ValueError):
    """The text is not a length; the message says why."""


class Ambiguous(NotALength):
    """The text has two readings; the message names both."""


@dataclass(frozen=True, slots=True)
class Length:
    """A number and its unit, which is `None` if the text has none."""

    value: float
    unit: str | None = None
    grouped: bool = False
    """Whether spaces or apostrophes between its digits were taken for thousands separators."""

    def metres(self, unit: str) -> float:
        """Return the length in metres; `unit` counts if the text has none."""
        return self.value * METRES[self.unit or unit]


def unit_of(text: str) -> str | None:
    """Return which of `METRES` a unit's name is, or `None`: `Centimeters` is `cm`."""
    name = text.strip().lower()
    return UNITS.get(name) or UNITS.get(name.rstrip("."))


def parse_length(cell: object, *, point_is_decimal: bool = False) -> Length | None:
    """Return the length in a cell, or `None` if the cell is empty or says that there is none (`n/a`).

    A number may have a decimal point or a decimal comma, thousands separators, a fraction and a unit. One
    separator before exactly three digits has two readings: `1,200` is 1200 or 1.2. `point_is_decimal` says
    that the feed's other numbers decide it for the point: `1.200` is 1.2. Raises `Ambiguous` for two
    readings, `NotALength` for a text that is no positive length.
    """
    if cell is None or isinstance(cell, bool):
        if cell is None:
            return None
        raise NotALength(f"{cell!r} is not a number")
    if isinstance(cell, int | float):
        return Length(_positive(cell, repr(cell)))
    if not isinstance(cell, str):
        raise NotALength(f"a {type(cell).__name__} is not a number")
    text = _plain(cell).removeprefix("+")
    if not text or text.lower() in NOTHING:
        return None
    grouped = bool(_GROUPS.search(text))
    text = _GROUPS.sub(lambda match: match[0].replace(" ", ""), text)
    parts = list(_parts(text, cell))
    lengths = [_part(match, cell, point_is_decimal) for match in parts]
    grouped = grouped or any(length.grouped for length in lengths)
    if len(lengths) == 1:
        return Length(_positive(lengths[0].value, cell), lengths[0].unit, grouped)
    value, unit = _sum(lengths, cell)
    return Length(_positive(value, cell), unit, grouped)


def is_decimal_point(cell: object) -> bool:
    """Whether a text has a point that can only be a decimal point, as in `9.6`, `0.305` or `1,800.5`."""
    text = _plain(cell) if isinstance(cell, str) else ""
    return bool(re.match(r"(?:\d+|\d{1,3}(?:,\d{3})+)?\.(?:\d{1,2}|\d{4,})(?!\d|[.,]\d)", text)) or bool(
        re.match(r"(?:0\d*|\d{4,})\.\d{3}(?!\d|[.,]\d)", text)
    )


def is_decimal_comma(cell: object) -> bool:
    """Whether a text has a comma that can only be a decimal comma, as in `9,6` or `1.800,5`."""
    return isinstance(cell, str) and is_decimal_point(cell.translate(str.maketrans(".,", ",.")))


def _plain(cell: str) -> str:
    """Return the text with ASCII digits and plain separators."""
    characters = []
    for char in cell.strip():
        if char in "٫":
            characters.append(".")
        elif char in "٬":
            characters.append("’")
        elif char in "−﹣－":
            characters.append("-")
        elif (digit := unicodedata.decimal(char, None)) is not None:
            characters.append(str(digit))
        elif unicodedata.category(char) == "No" and "FRACTION" in unicodedata.name(char, ""):
            characters.append(" " + unicodedata.normalize("NFKC", char).replace("⁄", "/"))
        elif char in "，．":
            characters.append(unicodedata.normalize("NFKC", char))
        elif unicodedata.category(char) != "Cf":
            characters.append(char)
    return re.sub(r"[ \t\r\n]+", " ", "".join(characters)).strip()


def _parts(text: str, cell: str) -> list[re.Match[str]]:
    parts = []
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            raise NotALength(f"{cell!r} is not a positive number with a unit")
        parts.append(match)
        at = match.end()
        while at < len(text) and text[at] == " ":
            at += 1
    return parts


def _part(match: re.Match[str], cell: str, point_is_decimal: bool) -> Length:
    unit = None
    if match["unit"]:
        unit = unit_of(match["unit"])
        if unit is None:
            raise NotALength(f"{cell!r}: {match['unit']!r} is not a unit ({', '.join(METRES)})")
    number = match["number"]
    if re.fullmatch(_FRACTION, number):
        return Length(_quotient(number, cell), unit)
    value = _number(number, cell, point_is_decimal)
    if match["fraction"]:
        value += _quotient(match["fraction"], cell)
    return Length(value, unit, grouped=bool(re.search(r"[^\d.,e+-]", number, re.IGNORECASE)))


def _quotient(text: str, cell: str) -> float:
    # `strip` takes the separators U+001C to U+001F for spaces, as `\s` does, and `int` does not.
    above, below = (int(part.strip()) for part in re.split(r"[/⁄]", text))
    if below == 0:
        raise NotALength(f"{cell!r} is not a number")
    return above / below


def _number(text: str, cell: str, point_is_decimal: bool) -> float:
    digits, _, exponent = text.lower().partition("e")
    groups = re.split(_GROUP_MARK, digits)
    if len(groups) > 1 and not (
        re.fullmatch(r"\d{1,3}", groups[0])
        and all(re.fullmatch(r"\d{3}", group) for group in groups[1:-1])
        and re.fullmatch(r"\d{3}(?:[.,]\d+)?", groups[-1])
    ):
        raise NotALength(f"{cell!r} is not a number")
    spaced = len(groups) > 1
    digits = "".join(groups)
    plain = _decimal(digits, cell, spaced or point_is_decimal, spaced)
    return float(f"{plain}e{exponent}" if exponent else plain)


def _decimal(digits: str, cell: str, point_is_decimal: bool, comma_is_decimal: bool) -> str:
    """Return digits with `.` as decimal point and without thousands separators."""
    separators = re.sub(r"\d", "", digits)
    if not separators:
        return digits
    if len(set(separators)) == 2:
        thousands, point = separators[0], separators[-1]
        if separators.count(point) != 1 or not _grouped(digits.partition(point)[0], thousands):
            raise NotALength(f"{cell!r} is not a number")
        return digits.replace(thousands, "").replace(point, ".")
    separator = separators[0]
    if len(separators) > 1:
        if not _grouped(digits, separator):
            raise NotALength(f"{cell!r} is not a number")
        return digits.replace(separator, "")
    whole, _, rest = digits.partition(separator)
    decides = point_is_decimal if separator == "." else comma_is_decimal
    if len(rest) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole) and not decides:
        two = f"{whole}{rest}", f"{whole}.{rest}".rstrip("0").rstrip(".")
        raise Ambiguous(f"{cell!r} can be read as {two[0]} or as {two[1]}: write one of these")
    return f"{whole or '0'}.{rest or '0'}"


def _grouped(digits: str, separator: str) -> bool:
    """Whether digits are in groups of three, or in those of India (1,20,000)."""
    mark = re.escape(separator)
    return bool(
        re.fullmatch(rf"\d{{1,3}}(?:{mark}\d{{3}})+", digits)
        or re.fullmatch(rf"\d{{1,2}}(?:{mark}\d{{2}})+{mark}\d{{3}}", digits)
    )


def _sum(lengths: list[Length], cell: str) -> tuple[float, str]:
    """Return feet and inches, or metres and centimetres, in the smaller unit."""
    units = [length.unit for length in lengths]
    if len(lengths) == 2 and units[1] is None:
        units[1] = {"ft": "in", "m": "cm"}.get(units[0] or "")
    first, second = units[0], units[-1]
    if len(lengths) != 2 or (first, second) not in {("ft", "in"), ("m", "cm"), ("m", "mm"), ("cm", "mm")}:
        raise NotALength(f"{cell!r} is not one length")
    assert first is not None
    assert second is not None
    ratio = round(METRES[first] / METRES[second])
    if lengths[1].value >= ratio:
        raise NotALength(f"{cell!r} is not one length")
    return lengths[0].value * ratio + lengths[1].value, second


def _positive(value: float, cell: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not (math.isfinite(number) and number > 0):
        raise NotALength(f"{cell!r} is not a positive number")
    return number
