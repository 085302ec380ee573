"""What `vitrine plan` prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.code_version import step_versions
from tests.cli.conftest import Vitrine
from vitrine.models import Asset, AssetFile, Product
from vitrine.planning import PhotoHashes, RunHashes
from vitrine.publishing.publish_catalog import publish_catalog
from vitrine.publishing.publish_release import publish_release
from vitrine.recipe import Recipe
from vitrine.storage.local import LocalBucket
from vitrine.storage.work_store import WorkStore

PUBLISHED = ("mug", "jug", "urn")


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """A feed with `pot`, which is new, a changed `jug` and an unchanged `mug`; `urn` is no longer in it."""
    bucket = LocalBucket(tmp_path / "public")
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    for name in (*PUBLISHED, "pot"):
        (tmp_path / f"{name}.jpg").write_bytes(b"photo of " + name.encode())
    run, hashes = RunHashes.of(Recipe(), "sandbox", step_versions()), PhotoHashes.open(tmp_path)
    released = []
    for name in PUBLISHED:
        product = Product(id=name, title=name.title(), photos=(str(tmp_path / f"{name}.jpg"),))
        blob = store.put(name.encode() * 10, "model/gltf-binary")
        inputs = run.inputs(product, hashes.of(product.photos))
        asset = Asset(product=product, files=(AssetFile(role="web-lod0", blob=blob),), inputs=inputs)
        released.append(publish_release(asset, store, bucket))
    publish_catalog(bucket, released, details=run.details)
    (tmp_path / "jug.jpg").write_bytes(b"another photo of jug")
    path = tmp_path / "feed.csv"
    path.write_text("id,title,photo\nmug,Mug,mug.jpg\njug,Jug,jug.jpg\npot,Pot,pot.jpg\n")
    return path


def test_each_kind_is_counted_and_its_products_are_named(vitrine: Vitrine, feed: Path) -> None:
    done = vitrine("plan", feed.name)
    assert done.returncode == 0, done.stderr
    first, *lines, estimate = done.stdout.splitlines()
    assert first == "feed.csv: table, 3 products, 3 photos"
    assert lines == [
        "new              1",
        "  pot",
        "changed          1",
        "  jug  photo",
        "removed          1; stays published: `vitrine withdraw` takes it down",
        "  urn",
        "unchanged        1",
    ]
    assert estimate.startswith("converts 2; buys 2 models for $0.498 at sandbox")


def test_a_changed_recipe_names_its_section_and_buys_nothing_for_it(vitrine: Vitrine, feed: Path) -> None:
    (feed.parent / "recipe.toml").write_text("[poster]\nsize_px = 256\n")
    done = vitrine("plan", feed.name, "--recipe", "recipe.toml", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert {name: rows[name]["action"] for name in rows} == {
        "mug": "changed",
        "jug": "changed",
        "pot": "new",
        "urn": "removed",
    }
    assert rows["mug"]["reasons"] == ["recipe.poster"]
