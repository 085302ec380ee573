"""A demo shop: the protocols of Shopify's Admin API and WooCommerce's REST API, and a storefront.

Written from the public documentation, without a line of the clients that are tested against it.
"""

from __future__ import annotations

from vitrine.sandbox.shops.app import create_app
from vitrine.sandbox.shops.settings import ShopSettings

__all__ = ["ShopSettings", "create_app"]
