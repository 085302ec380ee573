"""What became of a product's model in a shop."""

from __future__ import annotations

from typing import Literal

from vitrine.record import Record


class ShopListing(Record):
    """A product of a shop, and the release whose model it shows."""

    shop: str
    """`Shopify demo.myshopify.com`, `WooCommerce shop.example`."""
    product_id: str
    shop_product: str
    """The shop's own id of the product."""
    url: str | None = None
    """The product's page in the shop."""
    release: str | None = None
    """The release that the shop shows; `None` once the model is taken down."""
    status: Literal["attached", "replaced", "unchanged", "removed", "dry-run"]
    changes: tuple[str, ...] = ()
    """What was changed, or in a dry run would be, one sentence each."""
    warnings: tuple[str, ...] = ()
