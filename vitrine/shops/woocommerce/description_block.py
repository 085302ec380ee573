"""Our block in a product's description: an iframe between two HTML comments, by which it is found again."""

from __future__ import annotations

import re
from html import escape

BLOCK = re.compile(r"(?:\n\n)?<!-- vitrine:begin\b.*?<!-- vitrine:end -->", re.DOTALL)


def embed_block(release: str, embed_url: str, title: str) -> str:
    """Return the block for a release: an iframe, since WordPress removes scripts from descriptions."""
    return (
        f"<!-- vitrine:begin {release} -->\n"
        f'<iframe src="{escape(embed_url)}" title="{escape(title)}, 3D model" width="100%" height="480" '
        'loading="lazy" allow="xr-spatial-tracking; fullscreen"></iframe>\n'
        "<!-- vitrine:end -->"
    )


def with_block(description: str, block: str | None) -> str:
    """Return the description with `block` where ours was, or at its end; without ours if it is `None`.

    Everything else stays as it is.
    """
    if block is None:
        return BLOCK.sub("", description)
    if BLOCK.search(description):
        first, *_ = BLOCK.finditer(description)
        lead = first[0][: len(first[0]) - len(first[0].lstrip("\n"))]
        rest = BLOCK.sub("", description[first.end() :])
        return description[: first.start()] + lead + block + rest
    return f"{description}\n\n{block}" if description.strip() else block
