"""An address that is no URL, or an encoding that nobody knows, spoils one row and not the feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.exports.all_exports import EXPORTS
from tests.fixtures.exports.build import CDN, Export
from vitrine.errors import FeedError
from vitrine.feeds import is_photo, read_feed

ADDRESSES = (
    "https://[",
    "https://[x]/a.jpg",
    "file://[",
    "http://a:99999999/b.jpg",
    "~nobody/a.jpg",
    "[" * 5000,
)
NARROW = [export for export in EXPORTS if CDN.encode() in export.data and len(export.products) > 1]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:24])
@pytest.mark.parametrize("export", NARROW, ids=lambda export: f"{export.kind}: {export.name}")
def test_the_other_products_of_an_export_are_read(export: Export, address: str, tmp_path: Path) -> None:
    at = export.data.rfind(CDN.encode())
    end = min(found for sign in b'"<,;|\t\r\n )' if (found := export.data.find(sign, at)) > 0)
    path = tmp_path / "export"
    path.write_bytes(export.data[:at] + address.encode() + export.data[end:])
    read = {product.id for product in read_feed(path).products}
    assert len({out.id for out in export.products} - read) <= 1


def test_an_encoding_that_is_unknown_is_named(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    item = "<item><g:id>a</g:id><g:image_link>https://x.example/a.jpg</g:image_link></item>"
    rss = f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{item}</channel></rss>'
    path.write_text(f'<?xml version="1.0" encoding="ebcdic-99"?>{rss}')
    with pytest.raises(FeedError, match="ebcdic-99"):
        read_feed(path)


@pytest.mark.parametrize("mark", ["<![", "<![OCTYPE html>", "<![if x]>", "<![CDATA[a]]>"])
def test_marked_sections_of_a_page_are_comments(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    product = '{"@type": "Product", "sku": "a", "image": "https://x.example/a.jpg"}'
    path.write_text(f'<!doctype html>{mark}<p>a</p><script type="application/ld+json">{product}</script>')
    assert [product.id for product in read_feed(path).products] == ["a"]


@pytest.mark.parametrize("name", ["~nobody/a", "a" * 5000, "a" * 5000 + ".jpg", "\0"])
def test_a_name_that_no_file_can_have_is_no_photo(name: str) -> None:
    assert not is_photo(name)
