"""Models on products of a demo shop that speaks Shopify's Admin API."""

from __future__ import annotations

from typing import Any

import pytest

from vitrine.errors import ConfigError, ShopRefused, ShopUnavailable
from vitrine.shops import Shopify, push_to_shop


class Clock:
    """A clock whose sleeps take no time."""

    def __init__(self) -> None:
        self.time, self.slept = 0.0, []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept.append(seconds)


async def push(published: Any, shop: Shopify, **options: Any) -> Any:
    try:
        return await push_to_shop("mug", published.bucket, shop, **options)
    finally:
        await shop.aclose()


async def test_a_model_is_attached_once_and_other_media_are_left_alone(shop: Any, published: Any) -> None:
    release = published.release()
    first = await push(published, shop.shopify())
    again = await push(published, shop.shopify())
    assert (first.status, again.status) == ("attached", "unchanged")
    assert again.changes == ()
    media = shop.product()["media"]
    assert [one["kind"] for one in media] == ["IMAGE", "IMAGE", "MODEL_3D"]
    assert media[2]["filename"] == f"mug-vitrine-{release}.glb"
    assert media[2]["alt"] == "Stoneware mug, 3D model"  # without the mark, once the file's name has it
    assert shop.report()["calls"]["productUpdate"] == 1
    assert shop.models("jug") == []


async def test_a_new_release_replaces_the_earlier_one_in_its_place(shop: Any, published: Any) -> None:
    published.release("one")
    await push(published, shop.shopify(position=1))
    release = published.release("two")
    listing = await push(published, shop.shopify())
    assert listing.status == "replaced"
    media = shop.product()["media"]
    assert [one["kind"] for one in media] == ["MODEL_3D", "IMAGE", "IMAGE"]
    assert shop.models() == [f"mug-vitrine-{release}.glb"]


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(shop: Any, published: Any) -> None:
    release = published.release()
    listing = await push(published, shop.shopify(position=1), dry_run=True)
    assert listing.status == "dry-run"
    assert listing.changes == (
        f"would attach mug-vitrine-{release}.glb (44 bytes)",
        "would move it to position 1 of the media",
    )
    assert shop.models() == []
    assert set(shop.report()["calls"]) <= {"product", "productByIdentifier"}


@pytest.mark.parametrize(
    ("kind", "on"),
    [
        ("http", "upload"),
        ("http", "stagedUploadsCreate"),
        ("http", "productUpdate"),
        ("drop", "productUpdate"),
        ("drop-after", "productUpdate"),
        ("drop-after", "stagedUploadsCreate"),
        ("drop-after", "fileUpdate"),
        ("http", "productByIdentifier"),
    ],
)
async def test_a_retry_after_any_lost_answer_attaches_nothing_twice(
    shop: Any, published: Any, kind: str, on: str
) -> None:
    release = published.release()
    shop.fault(kind, on)
    with pytest.raises(ShopUnavailable):
        await push(published, shop.shopify())
    await push(published, shop.shopify())
    assert shop.models() == [f"mug-vitrine-{release}.glb"]
    assert shop.product()["media"][2]["alt"] == "Stoneware mug, 3D model"


async def test_a_second_copy_that_came_late_is_removed(shop: Any, published: Any) -> None:
    """Two pushes that both looked before either had attached."""
    release = published.release()
    late = shop.shopify()
    find, looks = late._client.run, []

    async def blind(query: Any, **variables: Any) -> Any:
        data = await find(query, **variables)
        if "product by" in query.name and len(looks) < 2:  # sees nothing until it has attached
            looks.append(query.name)
            data[next(iter(data))]["media"]["nodes"] = []
        return data

    await push(published, shop.shopify())
    late._client.run = blind
    await push(published, late)
    assert shop.report()["calls"]["productUpdate"] == 2
    assert shop.models() == [f"mug-vitrine-{release}.glb"]


async def test_the_throttle_is_obeyed(open_shop: Any, published: Any) -> None:
    """A bucket that one lookup empties: the client waits for as long as the points take to come back."""
    shop = open_shop(bucket_maximum=60, bucket_restore_rate=400)
    published.release()
    client = shop.shopify()
    await push(published, client)
    assert len(shop.models()) == 1
    shop.fault("throttle", "product", times=2)
    assert (await push(published, shop.shopify())).status == "unchanged"


async def test_a_throttle_that_never_ends_is_an_error(
    shop: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vitrine.shops.shopify.client.MAX_THROTTLED_S", 9.0)
    published.release()
    shop.fault("throttle", times=10_000)
    clock = Clock()
    with pytest.raises(ShopUnavailable, match="throttled for 9 s"):
        await push(published, shop.shopify(clock=clock))
    assert 8 < sum(clock.slept) <= 9


async def test_a_429_is_waited_for(shop: Any, published: Any) -> None:
    published.release()
    shop.fault("http", "productByIdentifier", status=429)
    clock = Clock()
    assert (await push(published, shop.shopify(clock=clock))).status == "attached"
    assert clock.slept[0] == 0.2


async def test_a_model_that_shopify_cannot_process_is_removed_and_the_earlier_one_stays(
    shop: Any, published: Any
) -> None:
    earlier = published.release("one")
    await push(published, shop.shopify())
    published.release("two")
    shop.fault("fail-media", "media")
    with pytest.raises(ShopRefused, match="MODEL3D_VALIDATION_ERROR: the model cannot be read"):
        await push(published, shop.shopify())
    assert shop.models() == [f"mug-vitrine-{earlier}.glb"]


async def test_a_model_in_process_is_waited_for(
    open_shop: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vitrine.shops.shopify.shopify.READY_S", 20.0)
    shop = open_shop(processing_s=0.5)
    published.release()
    assert (await push(published, shop.shopify())).status == "attached"
    shop = open_shop(processing_s=3600, bucket_maximum=1e6)
    with pytest.raises(ShopUnavailable, match="not processed after 20 s"):
        await push(published, shop.shopify(clock=Clock()))


async def test_taking_down_removes_our_model_and_nothing_else(shop: Any, published: Any) -> None:
    published.release()
    await push(published, shop.shopify())
    client = shop.shopify()
    would = await client.take_down("mug", dry_run=True)
    assert "would remove" in would.changes[0]
    assert len(shop.models()) == 1
    assert (await client.take_down("mug")).status == "removed"
    await client.aclose()
    assert [one["kind"] for one in shop.product()["media"]] == ["IMAGE", "IMAGE"]


@pytest.mark.parametrize(
    ("options", "fault", "message"),
    [
        ({"token": "wrong"}, None, "HTTP 401: the access token is not valid"),
        ({}, {"kind": "http", "status": 402}, "HTTP 402: the shop is frozen"),
        ({}, {"kind": "http", "status": 403}, "lacks a scope"),
    ],
)
async def test_what_a_retry_cannot_mend_is_refused(
    shop: Any, published: Any, options: dict[str, Any], fault: dict[str, Any] | None, message: str
) -> None:
    published.release()
    if fault:
        shop.fault(**fault)
    with pytest.raises(ShopRefused, match=message):
        await push(published, shop.shopify(**options))


async def test_a_product_is_found_by_number_gid_and_handle(shop: Any) -> None:
    client = shop.shopify()
    gid = (await client.take_down("mug", dry_run=True)).shop_product
    number = gid.rpartition("/")[2]
    assert (await client.take_down(gid, dry_run=True)).shop_product == gid
    assert (await client.take_down(number, dry_run=True)).shop_product == gid
    with pytest.raises(ShopRefused, match="no product with the handle or id '12345'"):
        await client.take_down("12345", dry_run=True)
    await client.aclose()


async def test_the_plan_limit_is_an_error_with_shopifys_words(open_shop: Any, published: Any) -> None:
    shop = open_shop(max_models=0)
    published.release()
    with pytest.raises(ShopRefused, match="Model 3D limit of 0 exceeded"):
        await push(published, shop.shopify())


@pytest.mark.parametrize(
    "url", ["http://shop.example", "ftp://shop.example", "https://u:p@shop.example", "x"]
)
def test_a_key_is_sent_by_https_only(url: str) -> None:
    with pytest.raises(ConfigError):
        Shopify("demo", "token", base_url=url)
