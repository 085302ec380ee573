"""A demo shop, and a product that is published."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitrine.models import Asset, AssetFile, Blob, Product
from vitrine.publishing.publish_release import publish_release
from vitrine.sandbox.shops import ShopSettings, create_app
from vitrine.sandbox.shops.settings import ShopProduct
from vitrine.shops import Shopify, WooCommerce
from vitrine.storage import LocalBucket, WorkStore

MUG = ShopProduct(
    handle="mug",
    title="Stoneware mug",
    sku="MUG-1",
    description="<p>A mug.</p>",
    images=("https://shop.example/front.jpg", "https://shop.example/back.jpg"),
)
OTHER = ShopProduct(handle="jug", title="Jug", sku="JUG-1")


def glb(text: str) -> bytes:
    """The smallest file that the shop takes for a GLB; different texts give different files."""
    body = text.encode().ljust(32)
    return b"glTF" + (2).to_bytes(4, "little") + (12 + len(body)).to_bytes(4, "little") + body


class Published:
    """A bucket, and how a product is published into it."""

    def __init__(self, home: Path) -> None:
        self.store = WorkStore(LocalBucket(home / "work"), home / "cache")
        self.bucket = LocalBucket(home / "public", public_url="https://cdn.example")

    def release(self, content: str = "one", product_id: str = "mug") -> str:
        product = Product(id=product_id, title="Stoneware mug", photos=("mug.jpg",))
        files = {
            "ar": (glb(content), "model/gltf-binary"),
            "usdz": (b"usdz " + content.encode(), "model/vnd.usdz+zip"),
            "poster": (b"poster", "image/webp"),
        }
        asset = Asset(
            product=product,
            files=tuple(AssetFile(role=role, blob=self.put(*file)) for role, file in files.items()),
        )
        return publish_release(asset, self.store, self.bucket).id

    def put(self, data: bytes, media_type: str) -> Blob:
        return self.store.put(data, media_type)


class DemoShop:
    """A running demo shop, and clients of both its protocols."""

    def __init__(self, url: str) -> None:
        self.url = url

    def shopify(self, **options: Any) -> Shopify:
        return Shopify("demo", options.pop("token", "shpat_demo"), base_url=self.url, **options)

    def woocommerce(self, **options: Any) -> WooCommerce:
        return WooCommerce(self.url, "ck_demo", options.pop("secret", "cs_demo"), **options)

    def report(self) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.get(f"{self.url}/sandbox/shop").json()
        return answer

    def product(self, handle: str = "mug") -> dict[str, Any]:
        found: dict[str, Any] = self.report()["products"][handle]
        return found

    def models(self, handle: str = "mug") -> list[str]:
        return [one["filename"] for one in self.product(handle)["media"] if one["kind"] == "MODEL_3D"]

    def fault(self, kind: str, on: str = "*", **more: Any) -> None:
        httpx.post(
            f"{self.url}/sandbox/shop/faults", json={"kind": kind, "on": on, **more}
        ).raise_for_status()


@pytest.fixture
def published(tmp_path: Path) -> Published:
    return Published(tmp_path)


@pytest.fixture
def open_shop(serve_app: Any) -> Iterator[Callable[..., DemoShop]]:
    """Start a demo shop with settings of its own."""
    with contextlib.ExitStack() as stack:

        def start(**settings: Any) -> DemoShop:
            options = {"products": (MUG, OTHER), "processing_s": 0.0, **settings}
            return DemoShop(stack.enter_context(serve_app(create_app(ShopSettings(**options)))))

        yield start


@pytest.fixture
def shop(open_shop: Callable[..., DemoShop]) -> DemoShop:
    return open_shop()
