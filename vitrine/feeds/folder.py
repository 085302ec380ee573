"""Read a folder of photos: each photo is a product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vitrine.errors import FeedError
from vitrine.feeds.feed import Entry
from vitrine.models import Product

PHOTOS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif", ".gif", ".bmp"})


def read_folder(folder: Path) -> Iterator[Entry]:
    """Yield a product for each photo of `folder`, in the order of their names; its id is the file's stem.

    Hidden files and subfolders are ignored. Raises `FeedError` when there is no photo.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        raise FeedError(f"{folder}: cannot be read: {error.strerror or error}") from error
    photos = [path for path in files if path.suffix.lower() in PHOTOS]
    if not photos:
        raise FeedError(
            f"{folder}: no photos among its {len(files)} files; give {', '.join(sorted(PHOTOS))} files"
        )
    for path in photos:
        title = path.stem.replace("_", " ").replace("-", " ").strip()
        product = Product(id=path.stem[:200], title=title[:1].upper() + title[1:], photos=(str(path),))
        yield path.name, product
