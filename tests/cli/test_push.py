"""`vitrine push` and `vitrine merchant-feed`, against a demo shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from cli.main import app
from vitrine.errors import ConfigError, InputError
from vitrine.models import Asset, AssetFile, Product
from vitrine.publishing.publish_release import publish_release
from vitrine.sandbox.shops import ShopSettings, create_app
from vitrine.sandbox.shops.settings import ShopProduct
from vitrine.storage import LocalBucket, WorkStore

GLB = b"glTF" + (2).to_bytes(4, "little") + (12).to_bytes(4, "little")


@pytest.fixture
def shop(serve_app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    products = (ShopProduct(handle="mug", title="Mug"),)
    with serve_app(create_app(ShopSettings(products=products, processing_s=0))) as url:
        for name, value in {"SHOP": "demo", "ACCESS_TOKEN": "shpat_demo", "BASE_URL": url}.items():
            monkeypatch.setenv(f"SHOPIFY_{name}", value)
        yield url


@pytest.fixture
def public(tmp_path: Path) -> str:
    """A folder with a mug, which the shop has, and a jug, which it has not."""
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    for name in ("mug", "jug"):
        product = Product(id=name, title=name.title(), photos=(f"{name}.jpg",))
        files = (AssetFile(role="ar", blob=store.put(GLB, "model/gltf-binary")),)
        publish_release(Asset(product=product, files=files), store, LocalBucket(tmp_path / "public"))
    return str(tmp_path / "public")


def vitrine(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def test_one_product_that_fails_leaves_the_others(shop: str, public: str) -> None:
    would = vitrine("push", "mug", "--shop", "shopify", "--to", public, "--dry-run")
    assert "would attach mug-vitrine-" in would.stdout
    done = vitrine("push", "--shop", "shopify", "--to", public)
    assert done.exit_code == 1
    assert "mug  attached" in done.stdout
    assert "no product with the handle or id 'jug'" in done.stdout
    media = httpx.get(f"{shop}/sandbox/shop").json()["products"]["mug"]["media"]
    assert [one["kind"] for one in media] == ["MODEL_3D"]


def test_what_is_not_set_up_is_named(public: str, tmp_path: Path) -> None:
    assert isinstance(vitrine("push", "--shop", "etsy", "--to", public).exception, ConfigError)
    missing = vitrine("push", "--shop", "woocommerce", "--to", public).exception
    assert "WOOCOMMERCE_URL" in str(missing)
    (tmp_path / "empty").mkdir()
    nothing = vitrine("push", "--shop", "shopify", "--to", str(tmp_path / "empty")).exception
    assert isinstance(nothing, InputError)


def test_a_merchant_feed_is_written(public: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_PUBLIC_URL", "https://cdn.example/3d")
    done = vitrine("merchant-feed", str(tmp_path / "models.tsv"), "--to", public)
    assert done.exit_code == 0, done.exception
    assert "2 of 2 products" in done.stdout
    lines = (tmp_path / "models.tsv").read_text().splitlines()
    assert lines[1].startswith("jug\thttps://cdn.example/3d/blobs/")
