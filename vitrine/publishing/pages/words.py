"""Numbers as a shopper reads them."""

from __future__ import annotations


def size_words(size_bytes: int) -> str:
    """`812 KB`, `3.2 MB`: decimal units, as browsers count downloads."""
    if size_bytes < 999_500:
        return f"{max(1, round(size_bytes / 1000)):,} KB"
    return f"{size_bytes / 1e6:,.1f} MB"


def extent_words(size_m: tuple[float, float, float]) -> str:
    """`24 × 31.5 × 24 cm` from (x, y, z) in metres: width, height, depth, in millimetres when small.

    The spaces do not break.
    """
    unit, scale = ("cm", 100.0) if max(size_m) >= 0.1 else ("mm", 1000.0)
    sides = " × ".join(f"{round(side * scale, 1):,g}" for side in size_m)
    return f"{sides} {unit}".replace(" ", "\N{NO-BREAK SPACE}")


def count_words(count: int, one: str, many: str) -> str:
    """Return a count with its noun in the singular or plural: `1 file`, `2 files`."""
    return f"{count:,} {one if count == 1 else many}"
