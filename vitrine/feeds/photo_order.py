"""Put the photos of a product into the order in which they are tried: front views first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from vitrine.fetching.url_path import url_path

_FRONT = """
front frontal frontale frontview frontansicht vorne vorderseite vorderansicht avant devant frente delantera
fronte anteriore voorkant voorzijde main hero packshot primary hauptbild
"""
_OTHER_VIEW = """
back rear backview side sideview left right top bottom underside inside interior detail details closeup zoom
macro lifestyle ambient ambiente mood scene context model worn hinten rückseite rueckseite seite seitenansicht
oben unten innen arrière arriere derrière dos côté cote dessus dessous détail trasera espalda lado detalle
retro lato dettaglio achterkant achterzijde zijkant swatch sizechart chart sizing diagram dimensions drawing
masse abmessungen label packaging packung verpackung logo banner
"""
FRONT = frozenset(_FRONT.split())
"""Words of a file's name or an alt text that say: the front, or the main photo."""
OTHER_VIEW = frozenset(_OTHER_VIEW.split())
"""Words that say: another view, or no photo of the product alone."""


@dataclass(frozen=True, slots=True)
class Image:
    """A photo as a shop lists it."""

    address: str
    position: float = float("inf")
    """From 1; photos without one come after those that have one."""
    alt: str = ""
    of_variant: bool = False
    """Whether it is a variant's; these come last."""


def order_photos(images: Iterable[Image]) -> tuple[list[str], str]:
    """Return the addresses, each once: the product's own before its variants', front views first.

    Then come positions. Also returns why the first one is before that with the lowest position: an empty text
    if it is that one. Words that all photos have in common are the product's name, and say nothing.
    """
    unique = list({image.address: image for image in reversed(list(images))}.values())[::-1]
    by_position = sorted(unique, key=lambda image: (image.of_variant, image.position))
    words = [_words(image) for image in by_position]
    common = frozenset.intersection(*words) if len(words) > 1 else frozenset()
    views = {image.address: _view(own - common) for image, own in zip(by_position, words, strict=True)}
    ordered = sorted(by_position, key=lambda image: (image.of_variant, views[image.address]))
    why = _why(by_position, ordered, words, common) if ordered[:1] != by_position[:1] else ""
    return [image.address for image in ordered], why


def _view(words: frozenset[str]) -> int:
    if words & FRONT:
        return 0
    return 2 if words & OTHER_VIEW else 1


def _words(image: Image) -> frozenset[str]:
    name = unquote(url_path(image.address) if "://" in image.address else image.address)
    text = f"{name.rpartition('/')[2].rpartition('.')[0]} {image.alt}".lower()
    return frozenset(re.findall(r"[^\W\d_]+", text))


def _why(
    before: Sequence[Image], after: Sequence[Image], words: Sequence[frozenset[str]], common: frozenset[str]
) -> str:
    first, other = after[0], before[0]
    at = before.index(first)
    if said := sorted((words[at] - common) & FRONT):
        return f"photo {at + 1} comes first: its name or alt text says {said[0]!r}"
    said = sorted((words[before.index(other)] - common) & OTHER_VIEW)
    return f"photo {at + 1} comes first: that of photo 1 says {said[0]!r}"
