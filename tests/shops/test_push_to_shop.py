"""What a push leaves behind: in the shop, in the bucket, and after a SIGKILL at any moment."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import time
from typing import Any

import httpx
import pytest

from vitrine.publishing.releases import withdraw
from vitrine.publishing.shop_record import is_listed, read_listings
from vitrine.shops import Shopify, push_to_shop
from vitrine.storage import LocalBucket

ROUNDS = int(os.environ.get("VITRINE_TEST_SHOP_KILLS", "5"))
FORKED = multiprocessing.get_context("forkserver")
"""Imports the library once; each push then starts at once."""


def push_once(url: str, root: str) -> None:
    """Push the mug: what a killed process was doing."""

    async def work() -> None:
        shop = Shopify("demo", "shpat_demo", base_url=url)
        await push_to_shop("mug", LocalBucket(root), shop)
        await shop.aclose()

    asyncio.run(work())


async def test_the_page_links_to_the_shop_and_the_record_is_kept(shop: Any, published: Any) -> None:
    release = published.release()
    client = shop.shopify()
    await push_to_shop("mug", published.bucket, client, ref="shopify")
    assert is_listed(published.bucket, "mug", "shopify", release)
    page = published.bucket.get("products/mug/index.html").decode()
    assert f'<a href="{shop.url}/products/mug">In the shop: Shopify demo.myshopify.com</a>' in page
    assert not is_listed(published.bucket, "mug", "shopify", published.release("two"))
    await client.aclose()


async def test_a_withdrawn_product_is_taken_down(shop: Any, published: Any) -> None:
    published.release()
    client = shop.shopify()
    await push_to_shop("mug", published.bucket, client)
    withdraw(published.bucket, "mug")
    assert (await push_to_shop("mug", published.bucket, client)).status == "removed"
    assert shop.models() == []
    assert read_listings(published.bucket, "mug") == ()
    await client.aclose()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_sigkill_at_a_random_moment_attaches_once(open_shop: Any, published: Any, seed: int) -> None:
    """The shop answers slowly, so that the kill falls between, in or after the requests of the push."""
    shop = open_shop(processing_s=0.2)
    release = published.release()
    for name in ("productByIdentifier", "stagedUploadsCreate", "productUpdate", "fileUpdate"):
        shop.fault("delay", name, times=8, delay_s=0.05)
    FORKED.set_forkserver_preload([__name__, "vitrine.shops"])
    process = FORKED.Process(target=push_once, args=(shop.url, published.bucket.root))
    process.start()
    while not shop.report()["calls"]:
        time.sleep(0.01)
    time.sleep(random.Random(seed).uniform(0.0, 0.8))
    process.kill()
    process.join()
    time.sleep(0.1)  # what the shop is executing ends
    for _ in range(2):
        push_once(shop.url, published.bucket.root)
    media = shop.product()["media"]
    assert [one["filename"] for one in media if one["kind"] == "MODEL_3D"] == [f"mug-vitrine-{release}.glb"]
    assert media[-1]["alt"] == "Stoneware mug, 3D model"
    calls = httpx.get(f"{shop.url}/sandbox/shop").json()["log"]
    assert sum(one["action"] == "attach" for one in calls) == 1
