"""The supplemental feed for Google Merchant Center."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from vitrine.shops import merchant_feed
from vitrine.shops.push_to_shop import current_model


def test_ids_and_links_of_models(published: Any, monkeypatch: Any) -> None:
    for product_id in ("mug", "Jug\tlarge"):
        published.release(product_id, product_id)
    models = [current_model(name, published.bucket) for name in ("mug", "Jug\tlarge")]
    feed = merchant_feed.merchant_feed(model for model in models if model)
    lines = feed.tsv().decode().splitlines()
    assert lines[0] == "id\tvirtual_model_link"
    assert lines[1].startswith("mug\thttps://cdn.example/blobs/")
    assert lines[2].startswith('"Jug\tlarge"\thttps://')
    root = ElementTree.fromstring(feed.xml("Models", "https://cdn.example/index.html"))
    names = {"g": merchant_feed.NAMESPACE}
    assert root.find("channel/item/g:id", names).text == "mug"  # type: ignore[union-attr]
    link = root.find("channel/item/g:virtual_model_link", names)
    assert link.text.endswith(".glb")  # type: ignore[union-attr]
    monkeypatch.setattr(merchant_feed, "MAX_BYTES", 10)
    feed = merchant_feed.merchant_feed(model for model in models if model)
    assert feed.rows == ()
    assert feed.left_out[0] == "mug: its GLB has 44 bytes, the limit is 10"
