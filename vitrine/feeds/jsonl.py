"""Read a feed in JSON Lines: one product per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from vitrine.feeds.feed import Entry, invalid_product, line_finding, photo_address, without_photo
from vitrine.models import Finding, Product

KNOWN = ("id", "title", "images", "dimensions", "category", "metadata")


def read_jsonl(text: str, path: Path) -> Iterator[Entry]:
    """Yield a product or a finding for each line that is not blank.

    A line is `{"id", "title", "images": [...], "dimensions": {"length", "width", "height", "unit"},
    "category", "metadata": {}}`; `id` and `images` are required. Unknown fields are reported and ignored.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        pointer = f"{path.name}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield pointer, line_finding("LINE_UNREADABLE", f"not readable: {error}", pointer)
            continue
        if not isinstance(row, dict):
            message = f"not readable: a {type(row).__name__}, not an object"
            yield pointer, line_finding("LINE_UNREADABLE", message, pointer)
            continue
        unknown = [name for name in row if name not in KNOWN]
        if unknown:
            message = f"fields {', '.join(unknown)} are not known and are ignored"
            yield pointer, line_finding("FIELD_UNKNOWN", message, pointer)
        yield pointer, _product(row, path, pointer)


def _product(row: dict[str, object], path: Path, pointer: str) -> Product | Finding:
    images = row.get("images")
    if isinstance(images, str):
        images = [images]
    if not images:
        return without_photo(row.get("id", ""), pointer)
    if not isinstance(images, list) or not all(isinstance(image, str) and image for image in images):
        message = "not a product: images must be a list of paths or URLs"
        return line_finding("PRODUCT_INVALID", message, pointer)
    given = {name: row[name] for name in KNOWN if name != "images" and row.get(name) is not None}
    if isinstance(given.get("id"), int) and not isinstance(given["id"], bool):
        given["id"] = str(given["id"])
    if given.get("dimensions") == {}:
        del given["dimensions"]
    try:
        return Product.model_validate(
            given | {"photos": tuple(photo_address(image, path.parent) for image in images)}
        )
    except ValidationError as error:
        return invalid_product(error, pointer)
