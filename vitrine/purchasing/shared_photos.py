"""Products whose photos are one photo share one model: it is bought once.

The products of a run are decided in the order of the feed, whatever order their photos arrive in, so that the
next run decides the same. A decision is recorded in the work store, for other feeds and runs of one product.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from vitrine.errors import NotFound, PhotoError
from vitrine.findings import finding
from vitrine.models import Blob, PhotoIdentity, PreparedPhoto
from vitrine.photos.decoding.decode import decode
from vitrine.photos.look_alike import MAX_HASH_BITS, look_alike
from vitrine.recipe import PhotoOptions
from vitrine.record import Record
from vitrine.storage.work_store import WorkStore

RECORDS = "shared/"
"""`shared/PIXELS.json` names the prepared photo whose model serves for the one with these pixels."""
SOURCE_MEDIA_TYPE = "image/*"
"""Of photos as they were fetched, in the work store."""


class Decision(Record):
    """What is recorded for a photo: which product's photo is bought in its place."""

    product: str
    photo: PreparedPhoto


class Turn:
    """The place of a product in a run; see `SharedPhotos.turn`."""

    def __init__(self, shared: SharedPhotos, number: int) -> None:
        self.shared = shared
        self.number = number

    def finish(self) -> None:
        """Let the products after this one go on; to be called in any case, and once or more often."""
        self.shared.finish(self.number)


class SharedPhotos:
    """The photos of a run that models are bought for."""

    def __init__(
        self,
        store: WorkStore,
        is_bought: Callable[[PhotoIdentity], bool],
        options: PhotoOptions,
        *,
        similar: bool = True,
        record: bool = True,
    ) -> None:
        self._store = store
        self._is_bought = is_bought
        self._options = options
        self._similar = similar
        self._record = record
        self._by_pixels: dict[str, str] = {}
        self._leaders: list[tuple[int, str, PreparedPhoto]] = []
        self._started = 0
        self._next = 0
        self._ended: set[int] = set()
        self._waiting: dict[int, asyncio.Event] = {}

    def turn(self) -> Turn:
        """Return the next place in the order of the feed."""
        self._started += 1
        return Turn(self, self._started - 1)

    def finish(self, number: int) -> None:
        """End the turn of a product."""
        if number >= self._next:
            self._ended.add(number)
        while self._next in self._ended:
            self._ended.remove(self._next)
            self._next += 1
        if event := self._waiting.get(self._next):
            event.set()

    async def resolve(self, photo: PreparedPhoto, product: str, turn: Turn | None) -> PreparedPhoto:
        """Return the photo whose model is bought for a product: its own, or one like it, with a finding.

        Without a `turn`, only what an earlier run has decided counts. A photo that a model was bought for
        keeps its own.
        """
        if turn is None:
            return await asyncio.to_thread(self._recorded, photo) or photo
        event = self._waiting.setdefault(turn.number, asyncio.Event())
        if self._next == turn.number:
            event.set()
        await event.wait()
        try:
            return await asyncio.to_thread(self._decide, photo, product)
        finally:
            self._waiting.pop(turn.number, None)
            turn.finish()

    def _decide(self, photo: PreparedPhoto, product: str) -> PreparedPhoto:
        pixels = photo.identity.pixels_sha256
        if first := self._by_pixels.get(pixels):
            return _shared(photo, photo, f"the photo is that of product {first!r}: they share one model")
        self._by_pixels[pixels] = product
        own = not self._similar or not photo.perceptual_hash or self._is_bought(photo.identity)
        if not own:
            if recorded := self._recorded(photo):
                return recorded
            for other, leader in self._alike(photo):
                self._write(photo, Decision(product=other, photo=leader))
                return _shared(leader, photo, _says_alike(other))
        if photo.perceptual_hash:
            self._leaders.append((int(photo.perceptual_hash, 16), product, photo))
        return photo

    def _alike(self, photo: PreparedPhoto) -> list[tuple[str, PreparedPhoto]]:
        """The first photo of this run that looks like `photo`, and its product."""
        own = int(photo.perceptual_hash, 16)
        near = [
            (product, other)
            for hash_, product, other in self._leaders
            if (hash_ ^ own).bit_count() <= MAX_HASH_BITS and other.matte == photo.matte
        ]
        if not near:
            return []
        try:
            pixels = self._pixels(photo)
            return [one for one in near if look_alike(self._pixels(one[1]), pixels)][:1]
        except (NotFound, PhotoError):
            return []

    def _pixels(self, photo: PreparedPhoto) -> npt.NDArray[np.uint8]:
        source = Blob(sha256=photo.identity.source_sha256, size_bytes=0, media_type=SOURCE_MEDIA_TYPE)
        return decode(self._store.read(source), photo.source, self._options).rgba

    def _recorded(self, photo: PreparedPhoto) -> PreparedPhoto | None:
        """The photo that an earlier run has chosen for this one, if its model was bought."""
        if not self._similar or self._is_bought(photo.identity):
            return None
        try:
            decision = Decision.model_validate_json(self._store.bucket.get(_key(photo)))
        except (NotFound, ValidationError):
            return None
        leader = decision.photo
        if not self._is_bought(leader.identity) or not self._store.has(leader.blob):
            return None
        return _shared(leader, photo, _says_alike(decision.product))

    def _write(self, photo: PreparedPhoto, decision: Decision) -> None:
        if self._record:
            body = decision.model_dump_json().encode()
            self._store.bucket.put(_key(photo), body, media_type="application/json")


def _says_alike(other: str) -> str:
    return f"the photo looks like that of product {other!r}: they share one model"


def _key(photo: PreparedPhoto) -> str:
    return f"{RECORDS}{photo.identity.pixels_sha256}.json"


def _shared(leader: PreparedPhoto, own: PreparedPhoto, message: str) -> PreparedPhoto:
    """Return the photo that is bought, with the findings of the product's own and the one that says it."""
    said = finding("PHOTO_SHARED", message, pointer=own.source)
    return leader.model_copy(update={"source": own.source, "findings": (*own.findings, said)})
