"""Format numbers for the pages."""

from __future__ import annotations


def format_bytes(size_bytes: int) -> str:
    """Return `812 KB` or `3.2 MB`: decimal units, as browsers show downloads."""
    if size_bytes < 999_500:
        return f"{max(1, round(size_bytes / 1000)):,} KB"
    return f"{size_bytes / 1e6:,.1f} MB"


def format_extent(size_m: tuple[float, float, float]) -> str:
    """Return `24 × 31.5 × 24 cm` for (x, y, z) in metres: width, height, depth, with no-break spaces.

    Below 10 cm the unit is the millimetre.
    """
    unit, scale = ("cm", 100.0) if max(size_m) >= 0.1 else ("mm", 1000.0)
    sides = " × ".join(f"{round(side * scale, 1):,g}" for side in size_m)
    return f"{sides} {unit}".replace(" ", "\N{NO-BREAK SPACE}")


def format_count(count: int, one: str, many: str) -> str:
    """Return `1 product` or `1,200 products`."""
    """Return a count with its noun in the singular or plural: `1 file`, `2 files`."""
    return f"{count:,} {one if count == 1 else many}"
