"""The protocol of a shop."""

from __future__ import annotations

from typing import Protocol

from vitrine.models import ShopListing
from vitrine.shops.released_model import ReleasedModel


class Shop(Protocol):
    """A shop whose products can show models. All methods raise `ShopUnavailable` and `ShopRefused`."""

    name: str
    """Kind and address, as messages show them."""

    async def push(self, model: ReleasedModel, *, dry_run: bool = False) -> ShopListing:
        """Let the product show this release's model; what it shows already is not attached again.

        Only what an earlier push has attached is replaced. A `dry_run` changes nothing.
        """
        ...

    async def take_down(self, product_id: str, *, dry_run: bool = False) -> ShopListing:
        """Remove what earlier pushes have attached to a product, and nothing else."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
