"""The catalogue lists what is published, moves once, and never shows half."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from vitrine.errors import StorageError
from vitrine.models import Asset, AssetFile, Dimensions, Product, Release
from vitrine.publishing.publish_catalog import list_page, list_products, publish_catalog
from vitrine.publishing.publish_release import publish_release
from vitrine.publishing.releases import withdraw
from vitrine.storage.bucket import Bucket
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore


@pytest.fixture
def publish(bucket: Bucket, tmp_path: Path):
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")

    def one(product_id: str, title: str = "", version: str = "1", **more) -> Release:
        files = (
            AssetFile(
                role="web-lod0",
                blob=store.put(b"big big" + version.encode(), "model/gltf-binary"),
                triangles=9,
            ),
            AssetFile(role="web-lod1", blob=store.put(b"small", "model/gltf-binary"), triangles=4),
            AssetFile(role="poster", blob=store.put(product_id.encode(), "image/webp")),
        )
        product = Product(id=product_id, title=title, photos=("p.jpg",), **more)
        return publish_release(Asset(product=product, files=files, size_m=(1, 2, 3)), store, bucket)

    return one


def titles(bucket: Bucket) -> list[str]:
    pointer = json.loads(bucket.get("catalog/current.json"))
    return [product["title"] for product in json.loads(bucket.get(pointer["manifest"]))["products"]]


def test_it_lists_products_with_posters_by_title(bucket: Bucket, publish) -> None:
    releases = [
        publish("b", "beta"),
        publish("a", "Gamma", dimensions=Dimensions(height=2)),
        publish("c", "Alpha"),
    ]
    catalog = publish_catalog(bucket, releases, title="Shop")
    assert (catalog.products, catalog.unchanged) == (3, False)
    assert titles(bucket) == ["Alpha", "beta", "Gamma"]
    manifest = json.loads(bucket.get(catalog.manifest_key))
    assert manifest["schema"] == "vitrine.catalog/1"
    gamma = manifest["products"][2]
    assert bucket.get(gamma["poster"]) == b"a"
    assert gamma["page"] == "products/a/index.html"
    assert gamma["release"] == releases[1].id
    assert gamma["size_m"] == [1, 2, 3]
    assert manifest["products"][0]["size_m"] is None, "no dimensions: the model's size is not the product's"
    assert (gamma["triangles"], gamma["size_bytes"]) == (9, len("small"))
    page = bucket.get("index.html").decode()
    for product in manifest["products"]:
        assert f'href="{product["page"]}"' in page
        assert f'src="{product["poster"]}"' in page


def test_products_of_earlier_runs_stay_until_withdrawn(bucket: Bucket, publish) -> None:
    publish_catalog(bucket, [publish("a", "A")])
    publish_catalog(bucket, [publish("b", "B")])
    assert titles(bucket) == ["A", "B"]
    withdraw(bucket, "a")
    publish_catalog(bucket)
    assert titles(bucket) == ["B"]


def test_the_same_again_changes_nothing(bucket: Bucket, publish) -> None:
    first = publish_catalog(bucket, [publish("a", "A")])
    before = {info.key: info.etag for info in bucket.list()}
    again = publish_catalog(bucket, [publish("a", "A")])
    assert again == first.model_copy(update={"unchanged": True})
    assert {info.key: info.etag for info in bucket.list()} == before


def test_products_published_meanwhile_do_not_show_before_the_catalogue_moves(bucket: Bucket, publish) -> None:
    publish_catalog(bucket, [publish("a", "A")])
    page = bucket.get("index.html")
    publish("b", "B")
    assert bucket.get("index.html") == page
    assert titles(bucket) == ["A"]


def test_a_batch_that_is_not_all_there_leaves_the_catalogue_as_it_was(bucket: Bucket, publish) -> None:
    publish_catalog(bucket, [publish("a", "A")])
    before = {info.key: info.etag for info in bucket.list("catalog/")}
    batch = [publish("b", "B"), publish("c", "C")]
    withdraw(bucket, "c")
    with pytest.raises(StorageError, match="does not point at c,"):
        publish_catalog(bucket, batch)
    assert {info.key: info.etag for info in bucket.list("catalog/")} == before


def test_failed_products_are_named_and_keep_their_earlier_release(bucket: Bucket, publish) -> None:
    publish_catalog(bucket, [publish("a", "A")])
    catalog = publish_catalog(bucket, [publish("b", "B")], failed=["c", "a"], held=["d"])
    said = json.loads(bucket.get(catalog.manifest_key))
    assert (said["failed"], said["held"]) == (["a", "c"], ["d"])
    assert titles(bucket) == ["A", "B"]


def test_products_lead_back_to_the_catalogue_once_there_is_one(bucket: Bucket, publish) -> None:
    release = publish("a", "A")
    assert "All products" not in bucket.get(release.page_key).decode()
    publish_catalog(bucket, [release])
    assert 'href="../../index.html"' in bucket.get(release.page_key).decode()
    assert publish("a", "A").unchanged


def test_an_empty_bucket_has_an_empty_catalogue(bucket: Bucket) -> None:
    assert list_products(bucket) == ()
    assert publish_catalog(bucket).products == 0
    assert "No products yet" in bucket.get("index.html").decode()


def test_products_without_a_catalogue_are_listed_with_links_that_work(bucket: Bucket, publish) -> None:
    publish("a", "Mug")
    page = list_page(bucket)
    assert 'href="products/a/index.html"' in page
    assert bucket.head("products/a/index.html") is not None
    (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert bucket.head(style) is not None, "the product's page has published it"
    assert bucket.head("index.html") is None
