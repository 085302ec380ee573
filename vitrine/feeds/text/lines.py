"""Split text that comes in pieces into lines."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from vitrine.errors import FeedError

MAX_LINE = 16_000_000
"""Characters; a longer line is no line of a table."""


def split_lines(pieces: Iterable[str], name: str) -> Iterator[str]:
    r"""Yield lines with their ends (`\n`, `\r\n` or `\r`). Raises `FeedError` for one over `MAX_LINE`."""
    rest = ""
    for piece in pieces:
        text = rest + piece
        lines = list(io.StringIO(text, newline=""))
        # A line without its end goes on in the next piece, and a final CR may be half of a CR LF.
        rest = lines.pop() if lines and not lines[-1].endswith("\n") else ""
        if len(rest) > MAX_LINE:
            raise FeedError(f"{name}: a line has more than {MAX_LINE:,} characters: is it a table?")
        yield from lines
    if rest:
        yield rest
