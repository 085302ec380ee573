"""Format numbers for the pages."""

from __future__ import annotations


def format_bytes(size_bytes: int) -> str:
    """Return `812 KB` or `3.2 MB`: decimal units, as browsers show downloads."""
    if size_bytes < 999_500:
        return f"{max(1, round(size_bytes / 1000)):,} KB"
    return f"{size_bytes / 1e6:,.1f} MB"


def format_count(count: int, one: str, many: str) -> str:
    """Return a count with its noun in the singular or plural: `1 file`, `2 files`."""
    return f"{count:,} {one if count == 1 else many}"
