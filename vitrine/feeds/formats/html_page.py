"""Read the products of a product page: of the JSON-LD in its scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry, Opened, entry
from vitrine.feeds.formats.schema_org import json_ld_products, types_in
from vitrine.feeds.product import Reading
from vitrine.feeds.text.page_scripts import PageScripts
from vitrine.json_text import parse_json
from vitrine.models import Product
from vitrine.plain_text import count_of
from vitrine.recipe import FeedOptions

KIND = "product page with JSON-LD"
MAX_CHARS = 50_000_000


def open_page(text: str, path: Path, options: FeedOptions) -> Opened:
    """Return the products of a page. Raises `FeedError` for a page without one."""
    page = PageScripts()
    page.feed(text)
    page.close()
    reading = Reading(path.parent, options.unit, point_is_decimal=True)
    entries, types = [], []
    for script in page.scripts:
        pointer = f"{path.name}:{script.line}"
        try:
            value = parse_json(script.text, strict=False)
        except ValueError as error:
            entries.append(entry("LINE_UNREADABLE", f"a script with broken JSON-LD: {error}", pointer))
            continue
        types += types_in(value)
        entries += json_ld_products(value, reading, pointer, page.canonical)
    if not entries:
        seen = ", ".join(dict.fromkeys(types)) or "none"
        raise FeedError(
            f"{path}: an HTML page without a product in JSON-LD; types in its "
            f"{count_of(len(page.scripts), 'script')}: "
            f"{seen}. Export the products from the shop instead"
        )
    return Opened(KIND, _first_of_each(entries))


def _first_of_each(entries: list[Entry]) -> Iterator[Entry]:
    """Leave out a product that another script of the page has described: pages repeat theirs."""
    seen: set[str] = set()
    for pointer, found in entries:
        if isinstance(found, Product):
            if found.id in seen:
                continue
            seen.add(found.id)
        yield pointer, found
