"""Names of columns and fields, in one form."""

from __future__ import annotations

import re


def plain_name(cell: object) -> str:
    """Return a name in lower case, its words separated by one space: `Image_Link` is `image link`."""
    if cell is None:
        return ""
    return " ".join(re.split(r"[\s_-]+", str(cell).strip("\ufeff").strip().lower()))
