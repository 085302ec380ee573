"""Put a release's files into the meta data of a WooCommerce product, and the embed into its description.

WooCommerce hosts no models: the meta data have the URLs of the published files. Every request sets a state,
so a push that was killed is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from vitrine.errors import ConfigError, ShopRefused
from vitrine.models import ShopListing
from vitrine.shops.http import checked_origin
from vitrine.shops.released_model import ReleasedModel
from vitrine.shops.woocommerce.client import WooCommerceClient
from vitrine.shops.woocommerce.description_block import embed_block, with_block

META = {name: f"vitrine_{name}" for name in ("glb", "usdz", "poster", "release")}
"""The keys of our meta data. Without a leading underscore, themes and page builders can read them."""


class WooCommerce:
    """The products of one shop."""

    def __init__(
        self, url: str, consumer_key: str, consumer_secret: str, *, in_description: bool = True
    ) -> None:
        """Make a client of the shop at `url`.

        With `in_description` the embed goes into the description; a theme may show it from the meta data
        instead. Raises `ConfigError` for an address without https, or a missing key.
        """
        origin = checked_origin("the WooCommerce shop", url)
        if not (consumer_key and consumer_secret):
            raise ConfigError(f"the WooCommerce shop {origin} needs a consumer key and its secret")
        location = urlsplit(origin)
        self.name = f"WooCommerce {location.netloc}{location.path}"
        self._client = WooCommerceClient(self.name, origin, consumer_key, consumer_secret)
        self._in_description = in_description

    async def push(self, model: ReleasedModel, *, dry_run: bool = False) -> ShopListing:
        """Set meta data and description for this release. See `Shop.push`."""
        glb = model.glb
        values = {
            "glb": model.url(glb.role),
            "usdz": model.url("usdz"),
            "poster": model.url("poster"),
            "release": model.release,
        }
        block = embed_block(model.release, model.embed_url, model.title) if self._in_description else None
        product = await self._find(model.product_id)
        earlier = _meta(product).get(META["release"], {}).get("value")
        fields, changes = _difference(product, {META[name]: value for name, value in values.items()}, block)
        warnings: tuple[str, ...] = ()
        if fields and not dry_run:
            product = await self._client.update(product["id"], **fields)
            if block and "<iframe" not in str(product.get("description")):
                warnings = (
                    "WordPress has removed the iframe from the description: the key's user may not write "
                    "unfiltered HTML. Show the model from the meta data (docs/woocommerce.md)",
                )
        status = (
            "dry-run" if dry_run else "unchanged" if not fields else "replaced" if earlier else "attached"
        )
        return self._listing(product, model.product_id, model.release, status, changes, warnings)

    async def take_down(self, product_id: str, *, dry_run: bool = False) -> ShopListing:
        """Remove our meta data and our block. See `Shop.take_down`."""
        product = await self._find(product_id)
        fields, changes = _difference(product, dict.fromkeys(META.values()), None)
        if fields and not dry_run:
            product = await self._client.update(product["id"], **fields)
        status = "dry-run" if dry_run else "removed"
        return self._listing(product, product_id, None, status, changes, ())

    async def aclose(self) -> None:
        await self._client.http.aclose()

    async def _find(self, product_id: str) -> dict[str, Any]:
        """Find a product by its number, its SKU or its slug, in this order."""
        if product_id.isdecimal() and (found := await self._client.get(int(product_id))) is not None:
            return found
        for field in ("sku", "slug"):
            matches = await self._client.search(field, product_id)
            if len(matches) > 1:
                raise ShopRefused(f"{self.name} has several products with the {field} {product_id!r}")
            if matches:
                return matches[0]
        raise ShopRefused(
            f"{self.name} has no product with the number, SKU or slug {product_id!r}: "
            "the ids of the feed have to be one of these"
        )

    def _listing(
        self,
        product: Mapping[str, Any],
        product_id: str,
        release: str | None,
        status: str,
        changes: list[str],
        warnings: tuple[str, ...],
    ) -> ShopListing:
        said = [f"would {one}" for one in changes] if status == "dry-run" else changes
        return ShopListing.model_validate(
            {
                "shop": self.name,
                "product_id": product_id,
                "shop_product": str(product["id"]),
                "url": product.get("permalink"),
                "release": release,
                "status": status,
                "changes": tuple(said),
                "warnings": warnings,
            }
        )


def _meta(product: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return our meta data by key, the first of each."""
    found: dict[str, dict[str, Any]] = {}
    for meta in product.get("meta_data") or ():
        if meta.get("key") in META.values():
            found.setdefault(meta["key"], meta)
    return found


def _difference(
    product: Mapping[str, Any], wanted: Mapping[str, str | None], block: str | None
) -> tuple[dict[str, object], list[str]]:
    """Return the fields to send, and what they change; neither for a product that is as it should be."""
    there = _meta(product)
    meta: list[dict[str, object]] = []
    changes: list[str] = []
    for key, value in wanted.items():
        before = there.get(key)
        if before is None and value is not None:
            meta.append({"key": key, "value": value})
            changes.append(f"set {key} to {value}")
        elif before is not None and before.get("value") != value:
            meta.append({"id": before["id"], "key": key, "value": value})
            changes.append(f"set {key} to {value}" if value is not None else f"remove {key}")
    fields: dict[str, object] = {"meta_data": meta} if meta else {}
    description = str(product.get("description") or "")
    new = with_block(description, block)
    if new != description and (meta or block is None or "vitrine:begin" in description or not there):
        fields["description"] = new
        changes.append(
            "put the embed into the description" if block else "remove the embed from the description"
        )
    return fields, changes
