"""Shops: put a published model on its product, and take it down again.

`Shopify` and `WooCommerce` are clients of a shop with the methods of `Shop`.
"""

from __future__ import annotations

from vitrine.shops.push_to_shop import push_to_shop
from vitrine.shops.released_model import ReleasedModel
from vitrine.shops.shop import Shop
from vitrine.shops.shopify.shopify import Shopify
from vitrine.shops.woocommerce.woocommerce import WooCommerce

__all__ = ["ReleasedModel", "Shop", "Shopify", "WooCommerce", "push_to_shop"]
