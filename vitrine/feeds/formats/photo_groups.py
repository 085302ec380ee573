"""Make products of photos by their names: `mug_2.jpg` beside `mug.jpg` is another photo of `mug`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pydantic import ValidationError

from vitrine.feeds.feed import Entry, entry
from vitrine.models import Product


@dataclass(slots=True)
class PhotoGroups:
    """Which photo belongs to which product."""

    groups: dict[str, list[str]] = field(default_factory=dict)
    """Stem of the first photo -> the names of all photos of the product."""
    repeated: dict[str, str] = field(default_factory=dict)
    """Name -> the name of the photo with the same stem that counts."""


def group_photos(names: Sequence[str]) -> PhotoGroups:
    """Group the names of photos, in their order. Of two photos with one stem the first counts."""
    firsts: dict[str, str] = {}
    for name in names:
        firsts.setdefault(PurePosixPath(name).stem, name)
    further = {name: base for name in names if (base := _base(PurePosixPath(name).stem, firsts))}
    groups = PhotoGroups({stem: [name] for stem, name in firsts.items() if name not in further})
    for name, base in further.items():
        while base not in groups.groups:  # `a_2_3` is a photo of `a_2`, which is one of `a`
            base = further[firsts[base]]
        groups.groups[base].append(name)
    for name in names:
        first = firsts[PurePosixPath(name).stem]
        if first != name and name not in further:
            groups.repeated[name] = first
    return groups


def products_of(groups: PhotoGroups, address: Callable[[str], str]) -> Iterator[Entry]:
    """Yield a product for each group, whose id is the stem of its first photo, and findings."""
    for stem, names in groups.groups.items():
        for name in names[1:]:
            message = f"{name} is another photo of product {stem!r}; {names[0]} is tried first"
            yield entry("PHOTO_GROUPED", message, name)
        title = stem.replace("_", " ").replace("-", " ").strip()
        try:
            product = Product(
                id=stem[:200],
                title=title[:1].upper() + title[1:],
                photos=tuple(address(name) for name in names),
            )
        except ValidationError:
            shown = printable(names[0])
            yield entry("PRODUCT_INVALID", f"{shown} is not a name in UTF-8: rename it", shown)
            continue
        yield names[0], product
    for name, first in groups.repeated.items():
        stem = PurePosixPath(name).stem
        message = f"{name} would be product {stem!r}, as {first} is: the first counts; rename one"
        yield entry("ID_REPEATED", message, name)


def printable(name: str) -> str:
    """Return a name that can be printed, also where its bytes are not UTF-8."""
    return name.encode(errors="replace").decode()


def _base(stem: str, firsts: dict[str, str]) -> str | None:
    """Return `mug` for `mug_2` where there is a photo `mug`."""
    numbered = re.fullmatch(r"(.+)_\d{1,2}", stem)
    return numbered[1] if numbered and numbered[1] in firsts else None
