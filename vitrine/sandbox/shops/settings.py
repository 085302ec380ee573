"""The settings of a demo shop."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vitrine.record import Record

Seconds = Annotated[float, Field(ge=0)]


class ShopProduct(Record):
    """A product that the shop has from the start."""

    handle: str
    title: str
    sku: str = ""
    description: str = ""
    images: tuple[str, ...] = ()
    """URLs of its photos."""


class ShopFault(Record):
    """What goes wrong with the next requests."""

    kind: Literal["throttle", "http", "drop", "drop-after", "fail-media", "delay"]
    """`drop-after`: executed, and not answered. `fail-media`: the next model cannot be processed."""
    on: str = "*"
    """Name of the GraphQL field (`productUpdate`), `upload`, or `PUT product`; `*` for any."""
    times: Annotated[int, Field(ge=1)] = 1
    status: int = 503
    delay_s: Seconds = 0.0


class ShopSettings(Record):
    """Every setting of a demo shop."""

    products: tuple[ShopProduct, ...] = ()
    access_token: str = "shpat_demo"  # noqa: S105  a made-up key of a shop on this machine
    """The token that `X-Shopify-Access-Token` must have."""
    consumer_key: str = "ck_demo"
    consumer_secret: str = "cs_demo"  # noqa: S105
    webhook_secret: str = "demo-secret"  # noqa: S105
    webhook_url: str | None = None
    """Where changes of products are announced."""
    bucket_maximum: float = 2000.0
    """Cost points of the throttle's bucket."""
    bucket_restore_rate: float = 100.0
    """Points a second."""
    processing_s: Seconds = 0.3
    """How long a model is PROCESSING."""
    max_models: int = 250
    """3D models and videos that the plan allows; Shopify's Basic plan: 250."""
    wordpress_drops_iframes: bool = False
    """Whether WordPress filters iframes out of descriptions, as for users without `unfiltered_html`."""
    faults: tuple[ShopFault, ...] = ()
