"""Keys of Prefect artifacts."""

from __future__ import annotations


def artifact_key(kind: str, slug: str) -> str:
    """Return the key of a product's artifact, `product-red-mug`; Prefect takes `[a-z0-9-]` only."""
    return f"{kind}-{slug.replace('_', '-').strip('-')}"
