"""A supplemental feed for Google Merchant Center: the products' ids, and the links of their models.

https://support.google.com/merchants/answer/13675100 (`virtual_model_link`): a GLB or glTF of at most 15 MB,
by http or https, in at most 2,000 characters. The supplemental feed joins the primary one by `id`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from vitrine.record import Record
from vitrine.shops.released_model import ReleasedModel

MAX_BYTES = 15_000_000
MAX_LINK = 2000
NAMESPACE = "http://base.google.com/ns/1.0"


class MerchantFeed(Record):
    """The feed, and why products are not in it."""

    rows: tuple[tuple[str, str], ...] = ()
    """(id, link)"""
    left_out: tuple[str, ...] = ()

    def tsv(self) -> bytes:
        """Return the feed as tab-separated values with a header, UTF-8."""
        out = io.StringIO()
        writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
        writer.writerow(("id", "virtual_model_link"))
        writer.writerows(self.rows)
        return out.getvalue().encode()

    def xml(self, title: str, link: str) -> bytes:
        """Return the feed as RSS 2.0 with the namespace of Google."""
        register_namespace("g", NAMESPACE)
        rss = Element("rss", version="2.0")
        channel = SubElement(rss, "channel")
        SubElement(channel, "title").text = title
        SubElement(channel, "link").text = link
        SubElement(channel, "description").text = "Links of 3D models"
        for product_id, model in self.rows:
            item = SubElement(channel, "item")
            SubElement(item, f"{{{NAMESPACE}}}id").text = product_id
            SubElement(item, f"{{{NAMESPACE}}}virtual_model_link").text = model
        data: bytes = tostring(rss, encoding="utf-8", xml_declaration=True)
        return data + b"\n"


def merchant_feed(models: Iterable[ReleasedModel]) -> MerchantFeed:
    """Return the feed of these releases. Raises `ConfigError` for a bucket without public URLs."""
    rows, left_out = [], []
    for model in models:
        file = model.manifest.file("ar")
        link = model.url("ar")
        if file is None or link is None:
            left_out.append(f"{model.product_id}: its release has no plain GLB")
        elif file.size_bytes > MAX_BYTES:
            size = f"{file.size_bytes:,} bytes, the limit is {MAX_BYTES:,}"
            left_out.append(f"{model.product_id}: its GLB has {size}")
        elif len(link) > MAX_LINK:
            length = f"{len(link):,} characters, the limit is {MAX_LINK:,}"
            left_out.append(f"{model.product_id}: its link has {length}")
        else:
            rows.append((model.product_id, link))
    return MerchantFeed(rows=tuple(rows), left_out=tuple(left_out))
