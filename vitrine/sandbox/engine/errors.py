"""The engine's error."""

from __future__ import annotations


class EngineError(Exception):
    """The engine cannot make a model from this photo; the message says why."""
