"""Check the name of a shop before anything is bought."""

from __future__ import annotations

from blocks.resolve import load_shop


async def check_shop(shop: str) -> None:
    """Raise `ConfigError` for a shop that is not set up."""
    await (await load_shop(shop)).aclose()
