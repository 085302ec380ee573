"""Finding what earlier releases bought: they knew a photo by the bytes of the PNG that they prepared from it.

Another zlib, Pillow or preparation makes another PNG of the same photo. Three things show that a purchase of
an earlier release is of this photo: its PNG has the same bytes; its PNG, which the work store has, has the
same pixels; or an earlier release has seen these very bytes, and its records name the PNG that it made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.arrays import Pixels
from vitrine.codecs.images import decode_image
from vitrine.errors import VitrineError
from vitrine.fetching.hidden import hide
from vitrine.json_text import parse_json
from vitrine.ledger.identity import earlier
from vitrine.ledger.identity.identities import chosen_settings
from vitrine.ledger.ledger import Ledger
from vitrine.models import Blob, PreparedPhoto
from vitrine.models.order import Order
from vitrine.photos.pixels import pixels_sha256
from vitrine.storage.keys import blob_key
from vitrine.storage.work_store import WorkStore

T = TypeVar("T")
R = TypeVar("R")

RECORDS = "done/_prepared/"
"""Where releases before revision 0002 of the ledger recorded which PNG they made of which photo."""
SOURCE_MEDIA_TYPE = "application/octet-stream"
"""Of the photos that those releases stored as they were fetched; newer ones store them as `image/*`."""
THUMBNAIL_PX = 16
MAX_DIFFERENCE = 0.04
"""Largest mean difference, 0 to 1, of two preparations of a photo whose path or URL is another one now."""
READS_AT_ONCE = 16


class EarlierPhotos:
    """The PNGs of earlier releases in a work store; they are read when an order is not found without them."""

    def __init__(self, ledger: Ledger, store: WorkStore) -> None:
        self.ledger = ledger
        self.store = store
        self._lock = threading.Lock()
        self._pixels_are_recorded = False
        self._pngs_of: dict[str, set[str]] | None = None
        self._thumbnails: dict[str, npt.NDArray[np.float64] | None] = {}

    def link(self, orders: Sequence[Order], photo: PreparedPhoto) -> tuple[str, ...]:
        """Link orders for one photo, whose PNG is in the store, to purchases of earlier releases.

        Returns the SHA-256 of the PNGs in which those releases may have requested a model of the photo; none
        where an order has a purchase anyway.
        """
        if self._is_bought(orders) or not earlier.has_any(self.ledger):
            return ()
        with self._lock:
            self._record_pixels()
            pngs = [photo.blob.sha256, *earlier.list_pngs(self.ledger, photo.identity.pixels_sha256)]
            if not self._is_bought(orders):
                pngs += self._pngs_of_source(photo)
                self._link_by_png(orders, pngs)
        return tuple(dict.fromkeys(pngs))

    def _is_bought(self, orders: Sequence[Order]) -> bool:
        found = [self.ledger.find_order(order) for order in orders]  # all of them, as this links them
        return any(purchase is not None for purchase in found)

    def _record_pixels(self) -> None:
        """Decode the PNG of each purchase that has one in the store, once for each purchase."""
        if self._pixels_are_recorded:
            return
        unknown = earlier.list_without_pixels(self.ledger)
        decoded = _in_threads(self._decode, {purchase.photo_sha256 for purchase in unknown})
        for purchase in unknown:
            pixels = decoded[purchase.photo_sha256]
            if pixels is not None:
                earlier.record_pixels(self.ledger, purchase, pixels_sha256(pixels))
        self._pixels_are_recorded = True

    def _pngs_of_source(self, photo: PreparedPhoto) -> list[str]:
        """The PNG that an earlier release made of these photo bytes, if one has seen them."""
        source = Blob(sha256=photo.identity.source_sha256, size_bytes=0, media_type=SOURCE_MEDIA_TYPE)
        if self.store.bucket.head(blob_key(source)) is None:
            return []
        if self._pngs_of is None:
            self._pngs_of = self._read_records()
        named = self._pngs_of.get(hide(photo.source))
        if named is not None and len(named) == 1:
            return [*named]
        # Several photos were there, or one was prepared with several options: the most similar is this one.
        return self._most_similar(photo.blob.sha256, named)

    def _read_records(self) -> dict[str, set[str]]:
        """Path or URL of a photo -> the PNGs that earlier releases made of it."""
        keys = [entry.key for entry in self.store.bucket.list(RECORDS)]
        pngs_of: dict[str, set[str]] = {}
        for data in _in_threads(self.store.bucket.get, keys).values():
            try:
                record = parse_json(data)
                source, png = record["source"], record["blob"]["sha256"]
            except (ValueError, KeyError, TypeError):
                continue  # of a newer release, which has no `blob`
            pngs_of.setdefault(hide(source), set()).add(png)
        return pngs_of

    def _most_similar(self, own: str, named: set[str] | None) -> list[str]:
        """The PNG most like our `own`: of those `named`, else of all, if it alone is very like it."""
        assert self._pngs_of is not None
        pngs = sorted(named or {png for pngs in self._pngs_of.values() for png in pngs})
        missing = [png for png in (*pngs, own) if png not in self._thumbnails]
        for name, pixels in _in_threads(self._decode, missing).items():
            self._thumbnails[name] = None if pixels is None else _thumbnail(pixels)
        wanted = self._thumbnails[own]
        seen = [(name, thumbnail) for name in pngs if (thumbnail := self._thumbnails[name]) is not None]
        if wanted is None or not seen:
            return []
        ranked = sorted((float(np.abs(wanted - thumbnail).mean()), name) for name, thumbnail in seen)
        best, name = ranked[0]
        is_clear = best <= MAX_DIFFERENCE and (len(ranked) == 1 or best <= ranked[1][0] / 2)
        return [name] if named or is_clear else []

    def _link_by_png(self, orders: Sequence[Order], pngs: Iterable[str]) -> None:
        for purchase in earlier.list_by_png(self.ledger, pngs):
            for order in orders:
                is_same = (purchase.provider, purchase.model) == (order.provider, order.model)
                if is_same and chosen_settings(purchase) == order.chosen_settings:
                    self.ledger.link(order, purchase.key)

    def _decode(self, png_sha256: str) -> Pixels | None:
        """The pixels of a PNG of the store; `None` where it is gone or damaged."""
        blob = Blob(sha256=png_sha256, size_bytes=0, media_type="image/png")
        try:
            data = self.store.bucket.get(blob_key(blob))
            if Blob.of(data, "image/png").sha256 != png_sha256:
                return None
            return decode_image(data, "image/png")
        except VitrineError:
            return None


def _thumbnail(pixels: Pixels) -> npt.NDArray[np.float64]:
    """(16, 16, 3) float64, 0 to 1, of an image on white."""
    image = Image.fromarray(pixels).convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    small = on_white.resize((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX)
    return np.asarray(small, np.float64) / 255


def _in_threads(work: Callable[[T], R], items: Iterable[T]) -> dict[T, R]:
    """Item -> its result; reading a remote store is mostly waiting."""
    listed = list(items)
    with ThreadPoolExecutor(READS_AT_ONCE) as pool:
        return dict(zip(listed, pool.map(work, listed), strict=True))
