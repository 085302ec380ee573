"""Attach a release's model to a product of Shopify, exactly once.

Shopify has no idempotency key for media. So the mark of the release goes into the file's name and, until the
model is processed, into its alternative text; every push looks for it before it uploads, and again before it
attaches. A push that was killed anywhere is finished by the next one.
"""

from __future__ import annotations

import asyncio

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import ConfigError, ShopRefused, ShopUnavailable
from vitrine.models import ShopListing
from vitrine.shops.http import checked_origin
from vitrine.shops.released_model import MARK, ReleasedModel
from vitrine.shops.shopify import queries
from vitrine.shops.shopify.client import ShopifyClient
from vitrine.shops.shopify.product import Media, ShopifyProduct, find_product

MAX_BYTES = 500_000_000
"""Shopify takes no larger model (help.shopify.com, "Product media types")."""
REOPTIMIZED_BYTES = 15_000_000
"""Shopify compresses larger models itself."""
READY_S = 600.0
"""How long a push waits until Shopify has processed the model."""
POLL_S = (1.0, 1.0, 2.0, 3.0, 5.0)
"""Pauses between two looks at a model in process; the last one repeats."""


class Shopify:
    """The media of one shop's products."""

    def __init__(
        self,
        shop: str,
        access_token: str,
        *,
        position: int | None = None,
        base_url: str | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        """Make a client of `shop`, `example.myshopify.com` or `example`.

        `position` is the place of a model among its product's media, 1 for the first; by default that of the
        model it replaces, or the last. `base_url` is another address of the Admin API, a gateway's for
        instance. Raises `ConfigError` for a name that is none, or an address without https.
        """
        domain = shop if "." in shop else f"{shop}.myshopify.com"
        origin = checked_origin("the Shopify shop", base_url or f"https://{domain}")
        if not access_token:
            raise ConfigError(f"the Shopify shop {domain} needs an access token")
        if position is not None and position < 1:
            raise ConfigError(f"the position of models is {position}: the first one is 1")
        self.name = f"Shopify {domain}"
        self._client = ShopifyClient(self.name, origin, access_token, clock=clock)
        self._position = position
        self._clock = clock

    async def push(self, model: ReleasedModel, *, dry_run: bool = False) -> ShopListing:
        """Let the product show this release's model. See `Shop.push`."""
        product = await find_product(self._client, model.product_id)
        current, earlier = _sort(product, model.release)
        warnings = _warnings(model)
        if dry_run:
            return _listing(self.name, product, model, "dry-run", self._plan(product, model), warnings)
        changes: list[str] = []
        if not current:
            product = await self._attach(product, model)
            changes.append(f"attached {model.filename} ({model.glb.size_bytes:,} bytes)")
        product = await self._wait(product.id, model)
        current, earlier = _sort(product, model.release)
        changes += await self._place(product, current[0], earlier)
        changes += await self._set_alt(current[0], model)
        changes += await self._delete([*current[1:], *earlier])
        status = "replaced" if earlier else "attached" if changes else "unchanged"
        return _listing(self.name, product, model, status, changes, warnings)

    async def take_down(self, product_id: str, *, dry_run: bool = False) -> ShopListing:
        """Remove our models from a product. See `Shop.take_down`."""
        product = await find_product(self._client, product_id)
        would = [f"would remove {one.filename or one.id}" for one in product.ours]
        changes = would if dry_run else await self._delete(product.ours)
        status = "dry-run" if dry_run else "removed"
        return _listing(self.name, product, None, status, changes, (), product_id)

    async def aclose(self) -> None:
        await self._client.http.aclose()

    def _plan(self, product: ShopifyProduct, model: ReleasedModel) -> list[str]:
        current, earlier = _sort(product, model.release)
        plan = [] if current else [f"would attach {model.filename} ({model.glb.size_bytes:,} bytes)"]
        place = self._target(product, earlier)
        if place is not None and not (current and current[0].position == place):
            plan.append(f"would move it to position {place + 1} of the media")
        return plan + [f"would remove {one.filename or one.id}" for one in (*current[1:], *earlier)]

    async def _attach(self, product: ShopifyProduct, model: ReleasedModel) -> ShopifyProduct:
        size = model.glb.size_bytes
        if size > MAX_BYTES:
            raise ShopRefused(
                f"{model.filename} has {size:,} bytes, and Shopify takes {MAX_BYTES:,}: "
                "lower `ar` in the recipe, and convert the product again"
            )
        source = await self._upload(model)
        product = await find_product(self._client, product.id)
        if _sort(product, model.release)[0]:
            return product  # another push was faster
        media = {"originalSource": source, "mediaContentType": "MODEL_3D", "alt": model.marked_alt}
        await self._client.run(queries.ATTACH, product={"id": product.id}, media=[media])
        return product

    async def _upload(self, model: ReleasedModel) -> str:
        """Upload the GLB to a staged target; return the URL from which Shopify takes it."""
        file = {
            "filename": model.filename,
            "mimeType": "model/gltf-binary",
            "resource": "MODEL_3D",
            "fileSize": str(model.glb.size_bytes),
            "httpMethod": "POST",
        }
        staged = (await self._client.run(queries.STAGE, input=[file]))["stagedUploadsCreate"]
        target = staged["stagedTargets"][0]
        fields = {one["name"]: one["value"] for one in target["parameters"]}
        data = await asyncio.to_thread(model.read_glb)
        await self._client.http.upload(target["url"], fields, model.filename, data, "model/gltf-binary")
        return str(target["resourceUrl"])

    async def _wait(self, product_id: str, model: ReleasedModel) -> ShopifyProduct:
        """Wait until Shopify has processed the model; remove it if that failed."""
        deadline = self._clock.now() + READY_S
        for look in range(1_000_000):
            product = await find_product(self._client, product_id)
            current, _ = _sort(product, model.release)
            if current and current[0].status == "READY":
                return product
            failed = [one for one in product.ours if one.release == model.release and one.failed]
            if failed and not current:
                await self._delete(failed)
                raise ShopRefused(
                    f"{self.name} could not process {model.filename}, and it is removed again: "
                    f"{'; '.join(failed[0].errors) or 'no reason is given'}"
                )
            if self._clock.now() >= deadline:
                break
            await self._clock.sleep(POLL_S[min(look, len(POLL_S) - 1)])
        raise ShopUnavailable(f"{self.name}: {model.filename} is not processed after {READY_S:.0f} s")

    def _target(self, product: ShopifyProduct, earlier: tuple[Media, ...]) -> int | None:
        """The place, from 0, that the model should have; `None` to leave it where Shopify puts it."""
        if self._position is not None:
            return min(self._position - 1, max(len(product.media) - 1, 0))
        return min((one.position for one in earlier), default=None)

    async def _place(self, product: ShopifyProduct, media: Media, earlier: tuple[Media, ...]) -> list[str]:
        place = self._target(product, earlier)
        if place is None or media.position == place:
            return []
        moves = [{"id": media.id, "newPosition": str(place)}]
        await self._client.run(queries.MOVE, id=product.id, moves=moves)
        return [f"moved it to position {place + 1} of the media"]

    async def _set_alt(self, media: Media, model: ReleasedModel) -> list[str]:
        """Take the mark out of the alternative text, which people hear, once the file's name has it."""
        if not MARK.search(media.filename) or not MARK.search(media.alt):
            return []
        await self._client.run(queries.SET_ALT, files=[{"id": media.id, "alt": model.alt}])
        return [f"set its alternative text to {model.alt!r}"]

    async def _delete(self, media: list[Media] | tuple[Media, ...]) -> list[str]:
        if not media:
            return []
        await self._client.run(queries.DELETE, ids=[one.id for one in media])
        return [f"removed {one.filename or one.id}" for one in media]


def _sort(product: ShopifyProduct, release: str) -> tuple[tuple[Media, ...], tuple[Media, ...]]:
    """Return our models of this release that have not failed, and all our other models."""
    current = tuple(one for one in product.ours if one.release == release and not one.failed)
    return current, tuple(one for one in product.ours if one not in current)


def _warnings(model: ReleasedModel) -> tuple[str, ...]:
    size = model.glb.size_bytes
    if size <= REOPTIMIZED_BYTES:
        return ()
    return (f"the GLB has {size:,} bytes: above {REOPTIMIZED_BYTES:,} Shopify compresses it itself",)


def _listing(
    shop: str,
    product: ShopifyProduct,
    model: ReleasedModel | None,
    status: str,
    changes: list[str],
    warnings: tuple[str, ...],
    product_id: str = "",
) -> ShopListing:
    return ShopListing.model_validate(
        {
            "shop": shop,
            "product_id": model.product_id if model else product_id,
            "shop_product": product.id,
            "url": product.url,
            "release": model.release if model else None,
            "status": status,
            "changes": tuple(changes),
            "warnings": warnings,
        }
    )
