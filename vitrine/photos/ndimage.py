"""`scipy.ndimage`, imported when a photo is first filtered.

It takes half a second to import. A run imports the functions of all steps and calls them in worker processes:
it filters no photo itself.
"""

from __future__ import annotations

from typing import Any

from vitrine.threads import scipy_module


def __getattr__(name: str) -> Any:
    """Return what `scipy.ndimage` has under this name."""
    return getattr(scipy_module("ndimage"), name)
