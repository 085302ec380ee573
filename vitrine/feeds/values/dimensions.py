"""Read the dimensions of a product from the cells of its row."""

from __future__ import annotations

from collections.abc import Mapping

from vitrine.feeds.values.length import UNITS, Ambiguous, Length, NotALength, parse_length, unit_of
from vitrine.findings import finding
from vitrine.models import METRES, Dimensions, Finding

SIDES = ("length", "width", "height")
DEFAULT_UNIT = "m"
MAX_RATIO = 20.0
"""Sides that differ more than this contradict each other, or belong to a broom: worth a look."""
LARGEST_M = 20.0
SMALLEST_M = 0.001
"""The largest and the smallest product that need no second look, along their longest side."""


class SizeRefused(ValueError):
    """The sizes of a row cannot be read; `finding` says why."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.message)
        self.finding = found


def read_dimensions(
    cells: Mapping[str, object],
    pointer: str,
    who: str,
    *,
    header_units: Mapping[str, str] | None = None,
    point_is_decimal: bool = False,
    default_unit: str | None = None,
) -> tuple[Dimensions | None, list[Finding]]:
    """Return the dimensions in a row's cells (`length`, `width`, `height`, `unit`), and findings about them.

    A unit in the cell counts, then the unit of the column's name (`header_units`), then the unit column, then
    `default_unit`, then metres. `who` names the product in messages. Raises `SizeRefused` for a number that
    is no length, that has two readings, or whose units contradict each other.
    """
    row_unit = _row_unit(cells.get("unit"), pointer, who)
    findings: list[Finding] = []
    sizes: dict[str, tuple[float, str]] = {}
    assumed = []
    for side in SIDES:
        cell = cells.get(side)
        length = _length(side, cell, pointer, who, point_is_decimal)
        if length is None:
            if cell is not None and str(cell).strip():
                message = f"{who}: {side} {cell!r} is taken as no size"
                findings.append(finding("SIZE_ASSUMED", message, pointer=pointer))
            continue
        column_unit = (header_units or {}).get(side)
        units = {unit for unit in (length.unit, column_unit, row_unit) if unit}
        if len(units) > 1:
            readings = " or as ".join(f"{length.value:g} {unit}" for unit in sorted(units))
            message = f"{who}: {side} {cell!r} can be read as {readings}: give one unit"
            raise SizeRefused(finding("SIZE_AMBIGUOUS", message, pointer=pointer))
        if length.grouped:
            message = f"{who}: {side} {cell!r} is read as {length.value:g}"
            findings.append(finding("SIZE_ASSUMED", message, pointer=pointer))
        if not units and default_unit is None:
            assumed.append(side)
        sizes[side] = length.value, next(iter(units), default_unit or DEFAULT_UNIT)
    if not sizes:
        return None, findings
    metres = {side: value * METRES[unit] for side, (value, unit) in sizes.items()}
    findings += _doubts(metres, assumed, pointer, who)
    units = {unit for _, unit in sizes.values()}
    if len(units) == 1:
        return Dimensions.model_validate(
            {side: value for side, (value, _) in sizes.items()} | {"unit": units.pop()}
        ), findings
    return Dimensions.model_validate({side: round(m, 12) for side, m in metres.items()}), findings


def _row_unit(cell: object, pointer: str, who: str) -> str | None:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    unit = unit_of(cell) if isinstance(cell, str) else None
    if unit is None:
        known = ", ".join(name for name in UNITS if name in METRES)
        message = f"{who}: unit {cell!r} is not known; give {known}"
        raise SizeRefused(finding("PRODUCT_INVALID", message, pointer=pointer))
    return unit


def _length(side: str, cell: object, pointer: str, who: str, point_is_decimal: bool) -> Length | None:
    try:
        return parse_length(cell, point_is_decimal=point_is_decimal)
    except Ambiguous as error:
        raise SizeRefused(finding("SIZE_AMBIGUOUS", f"{who}: {side} {error}", pointer=pointer)) from error
    except NotALength as error:
        raise SizeRefused(finding("PRODUCT_INVALID", f"{who}: {side} {error}", pointer=pointer)) from error


def _doubts(metres: Mapping[str, float], assumed: list[str], pointer: str, who: str) -> list[Finding]:
    """Return findings about sizes that hardly a product has."""
    findings = []
    large, small = max(metres, key=metres.__getitem__), min(metres, key=metres.__getitem__)
    ratio = metres[large] / metres[small]
    if ratio > MAX_RATIO:
        message = (
            f"{who}: {large} {metres[large]:g} m and {small} {metres[small]:g} m differ {ratio:.0f} times: "
            "do they contradict each other?"
        )
        doubt = finding("SIZES_CONTRADICT", message, pointer=pointer, measured=ratio, limit=MAX_RATIO)
        findings.append(doubt)
    extent = metres[large]
    if not SMALLEST_M <= extent <= LARGEST_M:
        limit = LARGEST_M if extent > LARGEST_M else SMALLEST_M
        unit = " (no unit is given, metres are assumed)" if large in assumed else ""
        message = f"{who}: {large} is {extent:g} m{unit}: is the unit right?"
        findings.append(finding("SIZE_IMPLAUSIBLE", message, pointer=pointer, measured=extent, limit=limit))
    return findings
