"""A product of Shopify with its media, and how it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vitrine.errors import ShopRefused
from vitrine.shops.released_model import release_in
from vitrine.shops.shopify.client import ShopifyClient
from vitrine.shops.shopify.queries import FIND_BY_HANDLE, FIND_BY_ID

GID = "gid://shopify/Product/"


@dataclass(frozen=True, slots=True)
class Media:
    """One medium of a product: an image, a video, a model."""

    id: str
    alt: str
    status: str
    """UPLOADED, PROCESSING, READY or FAILED."""
    filename: str
    errors: tuple[str, ...]
    position: int
    """From 0, in the order in which the product's page shows its media."""

    @property
    def release(self) -> str | None:
        """The release that this model belongs to; `None` for whatever is not ours."""
        return release_in(self.filename, self.alt)

    @property
    def failed(self) -> bool:
        return self.status == "FAILED"


@dataclass(frozen=True, slots=True)
class ShopifyProduct:
    """A product and its media, in their order."""

    id: str
    handle: str
    url: str | None
    media: tuple[Media, ...]

    @property
    def ours(self) -> tuple[Media, ...]:
        """The models that pushes have attached."""
        return tuple(one for one in self.media if one.release is not None)


async def find_product(client: ShopifyClient, product_id: str) -> ShopifyProduct:
    """Find a product by its `gid://shopify/Product/…`, its number, or its handle.

    A number without a product of that id is looked up as a handle, too. Raises `ShopRefused` if there is
    none.
    """
    found: object = None
    if product_id.startswith(GID) or product_id.isdecimal():
        gid = product_id if product_id.startswith(GID) else GID + product_id
        found = (await client.run(FIND_BY_ID, id=gid)).get("product")
    if not found and not product_id.startswith(GID):
        found = (await client.run(FIND_BY_HANDLE, handle=product_id)).get("productByIdentifier")
    if not isinstance(found, Mapping):
        raise ShopRefused(
            f"{client.name} has no product with the handle or id {product_id!r}: "
            "the ids of the feed have to be the shop's handles, product numbers or gids"
        )
    return _product(found)


def _product(found: Mapping[str, Any]) -> ShopifyProduct:
    nodes = found["media"]["nodes"]
    return ShopifyProduct(
        id=found["id"],
        handle=found["handle"],
        url=found.get("onlineStoreUrl"),
        media=tuple(_media(node, position) for position, node in enumerate(nodes)),
    )


def _media(node: Mapping[str, Any], position: int) -> Media:
    return Media(
        id=node["id"],
        alt=node.get("alt") or "",
        status=node["status"],
        filename=(node.get("filename") or "") if node["mediaContentType"] == "MODEL_3D" else "",
        errors=tuple(f"{error['code']}: {error['message']}" for error in node.get("mediaErrors") or ()),
        position=position,
    )
