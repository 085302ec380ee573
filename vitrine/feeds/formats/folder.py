"""Read a folder of photos: each photo is a product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from vitrine.errors import FeedError, PhotoError
from vitrine.feeds.feed import Entry, entry
from vitrine.models import Product
from vitrine.photos.decoding.file_signature import SUFFIXES, require_image

SIGNATURE_BYTES = 64


def read_folder(folder: Path) -> Iterator[Entry]:
    """Yield a product for each photo of `folder`, in the order of their names; its id is the file's stem.

    A photo is known by its suffix or by its content. `mug_2.jpg` beside `mug.jpg` is another photo of `mug`.
    Of two photos with one stem the first counts. Hidden files, subfolders, broken links and other files are
    not read; a finding names each. Raises `FeedError` when there is no photo.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise FeedError(f"{folder}: cannot be read: {error.strerror or error}") from error
    reasons = {path: _left_out(path) for path in paths}
    photos = [path for path in paths if not reasons[path]]
    if not photos:
        raise FeedError(
            f"{folder}: no photos among its {sum(map(Path.is_file, paths))} files; "
            f"give {', '.join(sorted(SUFFIXES))} files"
        )
    for path in paths:
        if reason := reasons[path]:
            yield entry("FILE_LEFT_OUT", f"{_name(path)} is not read: {reason}", _name(path))
    firsts: dict[str, Path] = {}
    for path in photos:
        firsts.setdefault(path.stem, path)
    further = {path: base for path in photos if (base := _base(path, firsts))}
    for stem, path in firsts.items():
        if path in further:
            continue
        own = [path, *(photo for photo, base in further.items() if base == stem)]
        yield from _product(stem, own)
    for path in photos:
        if firsts[path.stem] != path and path not in further:
            other = firsts[path.stem].name
            message = (
                f"{path.name} would be product {path.stem!r}, as {other} is: the first counts; rename one"
            )
            yield entry("ID_REPEATED", message, path.name)


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


def _base(path: Path, firsts: dict[str, Path]) -> str | None:
    """Return `mug` for `mug_2.jpg` where there is a photo `mug`."""
    numbered = re.fullmatch(r"(.+)_\d{1,2}", path.stem)
    return numbered[1] if numbered and numbered[1] in firsts else None


def _product(stem: str, photos: list[Path]) -> Iterator[Entry]:
    first = photos[0]
    for photo in photos[1:]:
        message = f"{photo.name} is another photo of product {stem!r}; the model is made from {first.name}"
        yield entry("PHOTO_GROUPED", message, photo.name)
    title = stem.replace("_", " ").replace("-", " ").strip()
    try:
        product = Product(
            id=stem[:200], title=title[:1].upper() + title[1:], photos=tuple(str(photo) for photo in photos)
        )
    except ValidationError:
        message = f"{_name(first)} is not a name in UTF-8: rename it"
        yield entry("PRODUCT_INVALID", message, _name(first))
        return
    yield first.name, product


def _name(path: Path) -> str:
    """Return a name that can be printed, also where its bytes are not UTF-8."""
    return path.name.encode(errors="replace").decode()
