"""Each export of a shop gives exactly its products, however its bytes are laid out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.exports.all_exports import EXPORTS
from tests.fixtures.exports.build import CDN, Export, Out
from vitrine.feeds import Feed, read_feed
from vitrine.feeds.stream import stream_feed
from vitrine.models import Product
from vitrine.recipe import DEFAULT_FEED


def read(export: Export, folder: Path) -> Feed:
    path = folder / "export"
    path.write_bytes(export.data)
    return read_feed(path)


def as_out(product: Product, wanted: Out) -> Out:
    """Return a product as the table of exports has it; of its metadata only what the table names."""
    return Out(
        product.id,
        product.title,
        tuple(photo.rpartition("/")[2] for photo in product.photos),
        product.dimensions and product.dimensions.metres,
        product.category,
        {name: product.metadata.get(name) for name in wanted.metadata},
    )


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: f"{export.kind}: {export.name}")
def test_an_export_gives_exactly_its_products(export: Export, tmp_path: Path) -> None:
    feed = read(export, tmp_path)
    assert feed.kind == export.kind
    assert [product.id for product in feed.products] == [out.id for out in export.products]
    for product, out in zip(feed.products, export.products, strict=True):
        assert as_out(product, out) == out
        assert all(photo.startswith(CDN) for photo in product.photos)
    assert sorted(found.code for found in feed.findings) == sorted(export.codes)
    stream = stream_feed(tmp_path / "export", DEFAULT_FEED)
    assert tuple(stream) == feed.products
    assert stream.summary == feed.summary


def test_the_summary_counts_products_and_photos(tmp_path: Path) -> None:
    export = next(one for one in EXPORTS if one.name == "classic")
    assert read(export, tmp_path).summary == "Shopify export, 2 products, 6 photos"
