"""Addresses with secrets: records, logs and stores have a name of them; this process knows the rest."""

from __future__ import annotations

import hashlib

from vitrine.fetching.redact import redact

DIGITS = 12
_ADDRESSES: dict[str, str] = {}


def hide(source: str) -> str:
    """Return a name for `source` that shows no secret of it; `reveal` gives the source back in this process.

    The name is the redacted source with a part of its hash, so that equal sources have equal names and
    different ones different names. A source without secrets is its own name.
    """
    shown = redact(source)
    if shown == source:
        return source
    name = f"{shown}#{hashlib.sha256(source.encode()).hexdigest()[:DIGITS]}"
    _ADDRESSES[name] = source
    return name


def reveal(name: str) -> str:
    """Return the source that `hide` has named so in this process; any other text as it is."""
    return _ADDRESSES.get(name, name)
