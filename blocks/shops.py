"""Prefect blocks for shops: the credentials with which models are put on products."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from vitrine.shops import Shop, Shopify, WooCommerce


class ShopifyShop(Block):
    """A shop at Shopify, with a custom app that may write products and files."""

    _block_type_name = "Shopify shop"
    _block_type_slug = "shopify-shop"

    shop: str = Field(description="The shop's own domain at Shopify: example.myshopify.com.")
    access_token: SecretStr = Field(
        description="The app's Admin API access token; scopes read_products, write_products, write_files."
    )
    position: int | None = Field(
        default=None, ge=1, description="The place of a model among its product's media, 1 for the first."
    )
    base_url: str | None = Field(
        default=None, description="The URL of the Admin API; only for a gateway or a demo shop."
    )

    def client(self) -> Shop:
        """Return a client for this shop."""
        token = self.access_token.get_secret_value()
        return Shopify(self.shop, token, position=self.position, base_url=self.base_url)


class WooCommerceShop(Block):
    """A WordPress shop with WooCommerce, and a REST API key that may read and write."""

    _block_type_name = "WooCommerce shop"
    _block_type_slug = "woocommerce-shop"

    url: str = Field(description="The shop's address, for example https://shop.example.")
    consumer_key: SecretStr = Field(description="The key (ck_…) from WooCommerce's settings, REST API.")
    consumer_secret: SecretStr = Field(description="The secret (cs_…) that belongs to the key.")
    in_description: bool = Field(
        default=True, description="Whether the embed goes into the description; else only the meta data."
    )

    def client(self) -> Shop:
        """Return a client for this shop."""
        return WooCommerce(
            self.url,
            self.consumer_key.get_secret_value(),
            self.consumer_secret.get_secret_value(),
            in_description=self.in_description,
        )
