"""What the engine refuses."""

from __future__ import annotations


class EngineError(Exception):
    """No model can be made from this photo; the message says why."""
