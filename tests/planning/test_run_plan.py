"""A run converts what has changed; everything else keeps its release."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fixtures.assets import asset_of
from vitrine.ledger import Ledger
from vitrine.models import Asset, AssetFile, PhotoIdentity, Product
from vitrine.models.order import Order
from vitrine.planning import PhotoHashes, Planner, RunHashes, RunPlan, find_unchanged
from vitrine.planning.plan import Tally, mean_release_bytes
from vitrine.planning.prices import ModelPrice, account_names
from vitrine.planning.published import read_published
from vitrine.planning.run_times import record_run, seconds_a_product
from vitrine.publishing.publish_catalog import publish_catalog
from vitrine.publishing.publish_release import publish_release
from vitrine.publishing.read_catalog import read_catalog
from vitrine.publishing.releases import roll_back
from vitrine.recipe import Level, Recipe
from vitrine.reviews.queue import ReviewItem, ReviewQueue, decide_now
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore

STEPS = {"build_lods": "aa"}
RUN = RunHashes.of(Recipe(), "sandbox", STEPS)


class Shop:
    """Photos in a folder, and the bucket that their products are published to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bucket: Bucket = LocalBucket(folder / "public")
        self.store = WorkStore(LocalBucket(folder / "work"), folder / "cache")
        self.products = [self.product(name) for name in ("mug", "jug", "urn")]

    def product(self, name: str, photo: bytes = b"photo of ") -> Product:
        path = self.folder / f"{name}.jpg"
        path.write_bytes(photo + name.encode())
        return Product(id=name, title=name.title(), photos=(str(path),))

    def publish(self, *names: str, held: tuple[str, ...] = (), failed: tuple[str, ...] = ()) -> None:
        hashes = PhotoHashes.open(self.folder)
        inputs = {p.id: RUN.inputs(p, hashes.of(p.photos)) for p in self.products}
        released = []
        for product in self.products:
            if product.id in names:
                blob = self.store.put(product.id.encode() * 10, "model/gltf-binary")
                files = (AssetFile(role="web-lod0", blob=blob),)
                asset = Asset(product=product, files=files, inputs=inputs[product.id])
                released.append(publish_release(asset, self.store, self.bucket))
        publish_catalog(
            self.bucket,
            released,
            held=held,
            failed=failed,
            held_inputs={name: inputs[name] for name in held},
            details=RUN.details,
        )

    def plan(self, recipe: Recipe = Recipe(), **options) -> tuple[dict[str, str | None], RunPlan]:
        where = {"home": self.folder, "work": self.store.bucket}
        plan = RunPlan(recipe, "sandbox", self.bucket, steps=STEPS, **where, **options)
        kept = {product.id: result and result.status for product, result in plan.split(self.products)}
        return kept, plan


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_without_a_catalogue_all_are_new(shop: Shop) -> None:
    kept, plan = shop.plan()
    assert kept == {"mug": None, "jug": None, "urn": None}
    assert not plan.is_done


def test_what_is_published_is_kept_with_its_release(shop: Shop) -> None:
    shop.publish("mug", "jug", "urn")
    kept, plan = shop.plan()
    assert kept == {"mug": "unchanged", "jug": "unchanged", "urn": "unchanged"}
    assert plan.is_done
    assert plan.page_url == shop.bucket.url("index.html")


def test_a_held_product_that_a_person_has_approved_is_converted(shop: Shop) -> None:
    """Also where nothing else has changed, and before any server is started."""
    shop.publish("mug", "urn", held=("jug",))
    jug = shop.products[1]
    queue = ReviewQueue(shop.store.bucket, shop.bucket.root)
    item = queue.hold(ReviewItem(product=jug, reasons=("no object",), held_at=datetime.now(UTC)))
    kept, plan = shop.plan()
    assert (kept["jug"], plan.is_done) == ("held", True)
    queue.decide(jug, decide_now(item, "approved", "Ada", datetime.now(UTC)))
    kept, plan = shop.plan()
    assert kept == {"mug": "unchanged", "jug": None, "urn": "unchanged"}
    assert not plan.is_done


def test_what_is_bought_again_is_converted_until_it_is_published_or_held_anew(shop: Shop) -> None:
    shop.publish("mug", "urn", held=("jug",))
    jug, asset = shop.products[1], asset_of(shop.store, b"m")
    queue = ReviewQueue(shop.store.bucket, shop.bucket.root)
    item = queue.hold(ReviewItem(product=jug, reasons=("a",), asset=asset, held_at=datetime.now(UTC)))
    queue.decide(jug, decide_now(item, "again", "Ada", datetime.now(UTC)))
    kept, _ = shop.plan()
    assert kept == {"mug": "unchanged", "jug": None, "urn": "unchanged"}
    queue.hold(item.model_copy(update={"attempt": 2}))
    assert shop.plan()[0]["jug"] == "held"
    queue.decide(jug, decide_now(item, "again", "Ada", datetime.now(UTC)))
    shop.publish("mug", "jug", "urn")
    assert shop.plan()[0]["jug"] == "unchanged"


def test_only_what_has_failed_is_converted_again_if_that_is_asked(shop: Shop) -> None:
    shop.publish("mug", held=("jug",), failed=("urn",))
    shop.products[0] = shop.product("mug", b"a new photo of ")
    shop.products.append(shop.product("new"))
    kept, plan = shop.plan(only_failed=True)
    assert kept == {"mug": "unchanged", "jug": "held", "urn": None}
    assert not plan.is_done


def test_a_failed_product_of_which_a_release_is_published_is_converted_again_too(shop: Shop) -> None:
    shop.publish("mug", "jug", "urn", failed=("urn",))
    shop.products[2] = shop.product("urn", b"a new photo of ")
    kept, _ = shop.plan(only_failed=True)
    assert kept == {"mug": "unchanged", "jug": "unchanged", "urn": None}


def test_one_changed_photo_is_one_product(shop: Shop) -> None:
    shop.publish("mug", "jug", "urn")
    shop.products[1] = shop.product("jug", b"a new photo of ")
    kept, plan = shop.plan()
    assert kept == {"mug": "unchanged", "jug": None, "urn": "unchanged"}
    assert (plan.to_convert, plan.is_done) == (1, False)


def test_a_changed_ladder_is_all_products(shop: Shop) -> None:
    shop.publish("mug", "jug", "urn")
    kept, _ = shop.plan(Recipe(ladder=(Level(triangles=99, texture_px=64),)))
    assert {*kept.values()} == {None}
    assert {*shop.plan(everything=True)[0].values()} == {None}


def test_held_products_wait_until_they_are_accepted_or_change(shop: Shop) -> None:
    shop.publish("mug", held=("jug",))
    assert shop.plan()[0] == {"mug": "unchanged", "jug": "held", "urn": None}
    assert shop.plan(accept=("jug",))[0]["jug"] is None
    assert shop.plan(again=("mug",))[0]["mug"] is None
    shop.products[1] = shop.product("jug", b"a new photo of ")
    assert shop.plan()[0]["jug"] is None


def test_after_a_rollback_the_product_is_converted(shop: Shop) -> None:
    shop.publish("mug", "jug", "urn")
    first = read_catalog(shop.bucket)
    assert first is not None
    blob = shop.store.put(b"another mug", "model/gltf-binary")
    asset = Asset(product=shop.products[0], files=(AssetFile(role="web-lod0", blob=blob),))
    publish_release(asset, shop.store, shop.bucket)
    roll_back(shop.bucket, "mug")
    publish_catalog(shop.bucket, details=RUN.details)
    kept, _ = shop.plan()
    assert kept == {"mug": None, "jug": "unchanged", "urn": "unchanged"}


def test_a_product_alone_is_known_by_its_pointer(shop: Shop) -> None:
    shop.publish("mug", "jug")

    def find(products: list[Product], recipe: Recipe = Recipe()):
        return find_unchanged(products, recipe, "sandbox", shop.bucket, home=shop.folder, steps=STEPS)

    found = find(shop.products[:2])
    assert found is not None
    assert [row.status for row in found] == ["unchanged", "unchanged"]
    assert found[0].release is not None
    assert found[0].release.page_url == shop.bucket.url("products/mug/index.html")
    assert find(shop.products) is None
    assert find(shop.products[:1], Recipe(attempt=2)) is None


def test_new_inputs_of_the_same_release_are_noted(shop: Shop) -> None:
    """Other code may make the same files: the release stays, and the next run finds it unchanged."""
    shop.publish("mug")
    later = RunHashes.of(Recipe(), "sandbox", {"build_lods": "bb"})
    blob = shop.store.put(b"mug" * 10, "model/gltf-binary")
    files = (AssetFile(role="web-lod0", blob=blob),)
    photo = PhotoHashes.open(shop.folder).of(shop.products[0].photos)
    asset = Asset(product=shop.products[0], files=files, inputs=later.inputs(shop.products[0], photo))
    release = publish_release(asset, shop.store, shop.bucket)
    assert release.unchanged
    plan = RunPlan(
        Recipe(),
        "sandbox",
        shop.bucket,
        home=shop.folder,
        work=shop.store.bucket,
        steps={"build_lods": "bb"},
    )
    publish_catalog(shop.bucket, [release], details=later.details)
    plan = RunPlan(
        Recipe(),
        "sandbox",
        shop.bucket,
        home=shop.folder,
        work=shop.store.bucket,
        steps={"build_lods": "bb"},
    )
    assert [result and result.status for _, result in plan.split(shop.products[:1])] == ["unchanged"]


def test_a_plan_prices_what_the_ledger_does_not_have(shop: Shop, ledger: Ledger) -> None:
    shop.publish("mug")
    hashes = PhotoHashes.open(shop.folder)
    price = ModelPrice(Recipe(), ["sandbox"])
    bought = hashes.sha256(shop.products[1].photos[0]) or ""
    photo = PhotoIdentity(
        blob=shop.store.put(b"png", "image/png"), source_sha256=bought, pixels_sha256="0" * 64
    )
    order = Order(photo=photo, provider="sandbox", model="m", settings={})
    key = price.request_key(bought)
    assert key
    ledger.claim(order, Decimal("0.249"), request_keys=[key, "1" * 64])
    planner = Planner(RUN, read_published(shop.bucket), hashes, price=price, ledger=ledger)
    shop.products.append(shop.products.pop(0))
    planned = {one.id: (one.action, one.price_usd) for one in planner.plan(shop.products)}
    assert planned == {
        "jug": ("new", 0),
        "urn": ("new", Decimal("0.249")),
        "mug": ("unchanged", 0),
    }
    gone = [one.id for one in planner.plan(shop.products[:2]) if one.action == "removed"]
    assert gone == ["mug"]


def test_a_tally_counts() -> None:
    tally = Tally()
    assert (tally.to_convert, tally.to_buy, tally.usd) == (0, 0, 0)


def test_accounts_that_are_saved_in_prefect_have_no_name_yet() -> None:
    assert account_names("empiriolabs,pixazo", {}) == ["empiriolabs", "pixazo"]
    assert account_names("pixazo", {"PIXAZO_BASE_URL": "http://127.0.0.1:9"}) == ["pixazo@127.0.0.1:9"]
    assert account_names("sandbox,block:pixazo-account/main", {}) is None


def test_times_of_earlier_runs(tmp_path: Path) -> None:
    assert seconds_a_product(tmp_path) is None
    record_run(tmp_path, 4, 40.0)
    record_run(tmp_path, 1, 20.0)
    assert seconds_a_product(tmp_path) == 12.0
    (tmp_path / "runs.sqlite3").write_bytes(b"damaged" * 1000)
    record_run(tmp_path, 1, 1.0)
    assert seconds_a_product(tmp_path) is None


def test_bytes_of_releases(shop: Shop) -> None:
    shop.publish("mug")
    catalogue = read_published(shop.bucket)
    assert catalogue is not None
    assert mean_release_bytes(catalogue.products.values()) == 30
    assert mean_release_bytes(()) is None


def test_any_of_several_photos_counts(shop: Shop) -> None:
    """The second one may be the one that was converted."""
    back = shop.folder / "mug_2.jpg"
    back.write_bytes(b"back")
    shop.products[0] = shop.products[0].model_copy(update={"photos": (*shop.products[0].photos, str(back))})
    shop.publish("mug", "jug", "urn")
    assert shop.plan()[0]["mug"] == "unchanged"
    back.write_bytes(b"another back")
    assert shop.plan()[0]["mug"] is None
