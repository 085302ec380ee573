"""Large feeds, written piece by piece: one product after the other until the file has its size."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

CDN = "https://cdn.shop.example/files"
TEXT = "<p>Stoneware, glazed by hand; holds what it should hold, and goes into the dishwasher.</p>" * 8


def write_feed(name: str, path: Path, size_bytes: int) -> int:
    """Write a feed of the format `name`, at least `size_bytes` long; return how many products it has."""
    head, product, tail = FORMATS[name]
    number = written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        written += file.write(head)
        while written < size_bytes:
            number += 1
            written += file.write(product(number))
        file.write(tail)
    return number


def _shopify(number: int) -> str:
    handle = f"mug-{number}"
    first = f'{handle},Mug {number},"{TEXT}",Acme,Mugs,M-{number},{CDN}/{number}.jpg,1,Front\r\n'
    return first + "".join(f"{handle},,,,,,{CDN}/{number}-{n}.jpg,{n},\r\n" for n in (2, 3))


def _woocommerce(number: int) -> str:
    own = 2 * number
    images = f'"{CDN}/{number}.jpg, {CDN}/{number}-2.jpg"'
    variation = f"{own + 1},variation,M-{number}-R,Red,,,,,,{CDN}/{number}-red.jpg,id:{own}\r\n"
    return f'{own},variable,M-{number},Mug {number},"{TEXT}",12,8.5,9.6,Mugs,{images},\r\n' + variation


def _rss(number: int) -> str:
    return (
        f"<item><g:id>M-{number}</g:id><g:title>Mug {number}</g:title>"
        f"<g:description><![CDATA[{TEXT}]]></g:description><g:image_link>{CDN}/{number}.jpg</g:image_link>"
        f"<g:additional_image_link>{CDN}/{number}-2.jpg</g:additional_image_link>"
        "<g:product_height>9.6 cm</g:product_height></item>\n"
    )


def _own(number: int) -> dict[str, object]:
    images = [f"{CDN}/{number}.jpg", f"{CDN}/{number}-2.jpg"]
    size = {"height": 9.6, "unit": "cm"}
    return {
        "id": f"M-{number}",
        "title": "Mug",
        "images": images,
        "dimensions": size,
        "metadata": {"t": TEXT},
    }


def _shopify_json(number: int) -> str:
    images = [{"src": f"{CDN}/{number}-{n}.jpg", "position": n} for n in (1, 2)]
    variants = [{"sku": f"M-{number}"}]
    product = {"id": number, "handle": f"mug-{number}", "title": "Mug", "body_html": TEXT}
    between = "," if number > 1 else ""
    return between + json.dumps(product | {"images": images, "variants": variants})


FORMATS: dict[str, tuple[str, Callable[[int], str], str]] = {
    "Shopify CSV": (
        "Handle,Title,Body (HTML),Vendor,Type,Variant SKU,Image Src,Image Position,Image Alt Text\r\n",
        _shopify,
        "",
    ),
    "WooCommerce CSV": (
        "ID,Type,SKU,Name,Description,Length (cm),Width (cm),Height (cm),Categories,Images,Parent\r\n",
        _woocommerce,
        "",
    ),
    "Google RSS": (
        '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel>\n',
        _rss,
        "</channel></rss>\n",
    ),
    "JSON Lines": ("", lambda number: json.dumps(_own(number)) + "\n", ""),
    "Shopify JSON, one object": ('{"products":[', _shopify_json, "]}"),
}
"""name -> what comes before the products, a product by its number, what comes after them"""
