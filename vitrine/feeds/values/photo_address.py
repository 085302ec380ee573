"""Read the photos that a cell names: paths beside the feed, or URLs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vitrine.fetching.redact import redact
from vitrine.photos.decoding.file_signature import SUFFIXES

SEPARATOR = "|"
SEPARATORS = (",", ";", "\n")
"""What may separate photos, too, where each part is certainly one."""


class NotAnAddress(ValueError):
    """The text is neither a path nor a URL of a photo; the message says what it is."""


def split_photos(cell: str, folder: Path) -> list[str]:
    """Return the addresses in a cell, separated by `|`, or by commas or semicolons if each part is a photo.

    A comma inside one path or one URL does not separate.
    """
    parts = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
    if (
        len(parts) != 1
        or not any(separator in parts[0] for separator in SEPARATORS)
        or find_file(folder, parts[0])
    ):
        return parts
    for separator in SEPARATORS:
        several = [part.strip() for part in parts[0].split(separator) if part.strip()]
        if len(several) > 1 and all(_is_photo(part, parts[0]) for part in several):
            return several
    return parts


def photo_address(text: str, folder: Path) -> str:
    r"""Return an address that `fetch_photo` takes; a relative path starts at the feed's `folder`.

    `//host/a.jpg` becomes https, `file:///a.jpg` a path. `images\\a.jpg` and `images/my%20a.jpg` are found
    where no file has that very name. Raises `NotAnAddress` for anything else.
    """
    photo = text.strip()
    if photo.startswith("//"):
        photo = "https:" + photo
    if "<" in photo and ">" in photo:
        raise NotAnAddress(f"{_short(photo)} is HTML, not the address of a photo: give a path or a URL")
    scheme = re.match(r"([a-z][a-z0-9+.-]+):", photo, re.IGNORECASE)
    if scheme and scheme[1].lower() == "data":
        raise NotAnAddress(f"{_short(photo)} is a data URI: save it as a file and give its path")
    if scheme and scheme[1].lower() == "file":
        return _file_url(photo)
    if "://" in photo:
        _check_url(photo)
        return photo
    return _path(photo, folder)


def _is_photo(part: str, whole: str) -> bool:
    if "://" in whole or whole.startswith("//"):
        return "://" in part or part.startswith("//")
    return Path(part).suffix.lower() in SUFFIXES


def _file_url(url: str) -> str:
    try:
        location = urlsplit(url)
    except ValueError as error:
        raise NotAnAddress(f"{_short(url)} is not a usable URL: {error}") from error
    if location.netloc not in ("", "localhost"):
        raise NotAnAddress(f"{_short(url)} is a file of another machine: give a path or an https URL")
    return unquote(location.path)


def _check_url(url: str) -> None:
    try:
        location = urlsplit(url)
        host, _ = location.hostname, location.port
    except ValueError as error:
        raise NotAnAddress(f"{_short(url)} is not a usable URL: {error}") from error
    if not host:
        raise NotAnAddress(f"{_short(url)} is not a usable URL: it names no host")


def _path(photo: str, folder: Path) -> str:
    if os.name != "nt" and re.match(r"[a-z]:[\\/]|\\\\", photo, re.IGNORECASE):
        raise NotAnAddress(
            f"{_short(photo)} is a path of a Windows machine: give a path beside the feed, or a URL"
        )
    if "\0" in photo:
        raise NotAnAddress(f"{photo!r} is not a path: it has a NUL character")
    if "\\" in photo or "%" in photo:  # a file of that very name is rare, and asking the disk takes time
        for name in (photo, photo.replace("\\", "/"), unquote(photo), unquote(photo.replace("\\", "/"))):
            if found := find_file(folder, name):
                return found
    plain = photo.replace("\\", "/") if "/" not in photo else photo
    return _resolved(folder, plain)


def find_file(folder: Path, name: str) -> str | None:
    """Return the path of a file that exists, or `None`."""
    try:
        path = _resolved(folder, name)
        return path if Path(path).expanduser().is_file() else None
    except (OSError, ValueError):
        return None


def _resolved(folder: Path, name: str) -> str:
    path = Path(name)
    if name.startswith("~"):
        try:
            path = path.expanduser()
        except RuntimeError:  # `~somebody` without a home folder
            return str(folder / name)
    return name if path.is_absolute() else str(folder / name)


def _short(text: str) -> str:
    shown = repr(redact(text))
    return shown if len(shown) <= 80 else shown[:76] + "…'"
