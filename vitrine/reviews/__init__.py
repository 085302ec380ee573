"""Products that wait for a person, and what people have decided about them."""

from __future__ import annotations
