"""Tell a feed from a photo on the command line."""

from __future__ import annotations

from pathlib import Path

from vitrine.errors import PhotoError


def is_photo(source: str) -> bool:
    """Whether an argument names a photo: by its URL, its suffix, or its content."""
    from vitrine.feeds.photo_address import PHOTO_SUFFIXES
    from vitrine.photos.file_signature import require_image

    path = Path(source)
    if "://" in source or path.suffix.lower() in PHOTO_SUFFIXES:
        return not path.is_dir()
    try:
        with path.open("rb") as file:
            require_image(file.read(64), source)
    except (OSError, PhotoError):
        return False
    return True
