"""Meta data and descriptions of a demo shop that speaks WooCommerce's REST API."""

from __future__ import annotations

from typing import Any

import pytest

from vitrine.errors import ConfigError, ShopRefused, ShopUnavailable
from vitrine.shops import push_to_shop
from vitrine.shops.woocommerce.description_block import embed_block, with_block
from vitrine.storage import LocalBucket


async def push(published: Any, client: Any, product: str = "mug", **options: Any) -> Any:
    try:
        return await push_to_shop(product, published.bucket, client, **options)
    finally:
        await client.aclose()


async def test_files_and_embed_are_set_once(shop: Any, published: Any) -> None:
    release = published.release()
    first = await push(published, shop.woocommerce())
    again = await push(published, shop.woocommerce())
    assert (first.status, again.status, again.changes) == ("attached", "unchanged", ())
    product = shop.product()
    assert product["meta"]["vitrine_release"] == release
    assert product["meta"]["vitrine_glb"].startswith("https://cdn.example/blobs/")
    assert product["meta"]["vitrine_usdz"].endswith(".usdz")
    assert product["description"].startswith("<p>A mug.</p>\n\n<!-- vitrine:begin")
    assert product["description"].count("<iframe") == 1
    assert shop.report()["calls"]["PUT product"] == 1


async def test_a_new_release_replaces_values_in_place(shop: Any, published: Any) -> None:
    published.release("one")
    await push(published, shop.woocommerce())
    release = published.release("two")
    assert (await push(published, shop.woocommerce())).status == "replaced"
    assert shop.product()["meta"]["vitrine_release"] == release
    assert shop.product()["description"].count("<iframe") == 1
    assert release in shop.product()["description"]


async def test_the_sku_finds_a_product_too(shop: Any, published: Any) -> None:
    published.release(product_id="JUG-1")
    await push(published, shop.woocommerce(), "JUG-1")
    assert "vitrine_glb" in shop.product("jug")["meta"]
    assert shop.product("mug")["meta"] == {}


async def test_a_dry_run_changes_nothing(shop: Any, published: Any) -> None:
    published.release()
    listing = await push(published, shop.woocommerce(), dry_run=True)
    assert listing.changes[-1] == "would put the embed into the description"
    assert shop.product()["meta"] == {}
    assert "PUT product" not in shop.report()["calls"]


@pytest.mark.parametrize("kind", ["http", "drop-after"])
async def test_a_retry_after_a_lost_answer_changes_nothing_twice(
    shop: Any, published: Any, kind: str
) -> None:
    published.release()
    shop.fault(kind, "PUT product")
    with pytest.raises(ShopUnavailable):
        await push(published, shop.woocommerce())
    await push(published, shop.woocommerce())
    assert len(shop.product()["meta"]) == 4
    assert shop.product()["description"].count("<iframe") == 1


async def test_a_removed_iframe_is_said_once_and_not_written_again(open_shop: Any, published: Any) -> None:
    shop = open_shop(wordpress_drops_iframes=True)
    published.release()
    first = await push(published, shop.woocommerce())
    assert "WordPress has removed the iframe" in first.warnings[0]
    assert "vitrine_glb" in shop.product()["meta"]


async def test_taking_down_restores_the_description(shop: Any, published: Any) -> None:
    published.release()
    await push(published, shop.woocommerce())
    client = shop.woocommerce()
    assert (await client.take_down("mug")).status == "removed"
    await client.aclose()
    assert shop.product()["description"] == "<p>A mug.</p>"
    assert shop.product()["meta"] == {}


async def test_a_wrong_key_and_an_unknown_product_are_refused(shop: Any, published: Any) -> None:
    published.release()
    with pytest.raises(ShopRefused, match="HTTP 401: Sorry, you cannot list resources"):
        await push(published, shop.woocommerce(secret="wrong"))
    with pytest.raises(ShopRefused, match="no product with the number, SKU or slug 'pot'"):
        await push(published, shop.woocommerce(), "pot")


async def test_files_without_a_public_url_are_refused(shop: Any, published: Any) -> None:
    published.release()
    published.bucket = LocalBucket(published.bucket.root)
    with pytest.raises(ConfigError, match="VITRINE_PUBLIC_URL"):
        await push(published, shop.woocommerce())


@pytest.mark.parametrize("before", ["", "<p>One</p>", "<p>One</p>\n", "a <!-- comment --> b"])
def test_a_block_comes_and_goes_without_a_trace(before: str) -> None:
    one, two = (embed_block(release, "https://cdn.example/e", 'A "mug"') for release in ("1" * 16, "2" * 16))
    with_one = with_block(before, one)
    assert with_block(with_one, two) == with_one.replace(one, two)
    assert with_block(with_one + "<p>after</p>", None) == before + "<p>after</p>"
