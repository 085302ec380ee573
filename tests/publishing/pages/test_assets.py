"""What the pages load, with and without the vendored viewer."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.publishing.pages.assets import SCRIPT, STYLE, page_assets


def test_each_is_published_with_its_type() -> None:
    types = page_assets().map(lambda data, media_type: media_type if data else None)
    assert types.style == STYLE
    assert types.product_script == types.catalog_script == SCRIPT


def test_without_vendor_there_is_no_viewer(tmp_path: Path) -> None:
    assets = page_assets(tmp_path)
    assert assets.viewer is None
    assert assets.decoder is None


def test_the_decoder_is_a_classic_script() -> None:
    decoder = page_assets().decoder
    if decoder is None:
        pytest.skip("no vendored viewer (`make setup` brings it)")
    assert b"\nexport " not in decoder
    assert b"MeshoptDecoder" in decoder
