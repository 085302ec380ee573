"""Read a folder of photos: each photo is a product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vitrine.errors import FeedError, PhotoError
from vitrine.feeds.feed import Entry, Opened, entry
from vitrine.feeds.formats.photo_groups import group_photos, printable, products_of
from vitrine.photos.decoding.file_signature import SUFFIXES, require_image
from vitrine.plain_text import count_of

SIGNATURE_BYTES = 64


def open_folder(folder: Path) -> Opened:
    """Return a product for each photo of `folder`, in the order of their names; its id is the file's stem.

    A photo is known by its suffix or by its content. `mug_2.jpg` beside `mug.jpg` is another photo of `mug`.
    Of two photos with one stem the first counts. Hidden files, subfolders, broken links and other files are
    not read; a finding names each. Raises `FeedError` when there is no photo.
    """
    return Opened("folder of photos", iter(list(_entries(folder))))


def _entries(folder: Path) -> Iterator[Entry]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise FeedError(f"{folder}: cannot be read: {error.strerror or error}") from error
    reasons = {path: _left_out(path) for path in paths}
    photos = [path for path in paths if not reasons[path]]
    if not photos:
        raise FeedError(
            f"{folder}: no photos among its {count_of(sum(map(Path.is_file, paths)), 'file')}; "
            f"give {', '.join(sorted(SUFFIXES))} files"
        )
    for path in paths:
        if reason := reasons[path]:
            yield entry(
                "FILE_LEFT_OUT", f"{printable(path.name)} is not read: {reason}", printable(path.name)
            )
    groups = group_photos([path.name for path in photos])
    yield from products_of(groups, lambda name: str(folder / name))


def _left_out(path: Path) -> str:
    """Return why a file is not read, or an empty text for a photo."""
    try:
        if path.is_dir():
            return "a folder; subfolders are not read"
        if path.name.startswith("._"):
            return "macOS's notes about another file"
        if path.name.startswith("."):
            return "a hidden file"
        if path.is_symlink() and not path.exists():
            return "a link to a file that does not exist"
        if not path.is_file():
            return "not a file"
        if path.suffix.lower() in SUFFIXES:
            return ""
        with path.open("rb") as file:
            require_image(file.read(SIGNATURE_BYTES), path.name)
    except OSError as error:
        return error.strerror or str(error)
    except PhotoError as error:
        return str(error).removeprefix(f"{path.name}: ").partition(";")[0]
    return ""
