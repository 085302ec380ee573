"""What a demo shop knows: its products, their media, the uploaded files, and what it was asked."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vitrine.sandbox.shops.settings import ShopFault, ShopProduct, ShopSettings


@dataclass
class Media:
    """A medium of a product; models are processed after they are attached."""

    id: str
    kind: str
    """IMAGE or MODEL_3D."""
    alt: str
    source: str
    filename: str = ""
    content: bytes = b""
    attached_at: float = 0.0
    failure: str | None = None


@dataclass
class StoredProduct:
    """A product of the shop."""

    number: int
    handle: str
    title: str
    sku: str
    description: str
    media: list[Media] = field(default_factory=list)
    meta: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False

    @property
    def gid(self) -> str:
        return f"gid://shopify/Product/{self.number}"


@dataclass
class Upload:
    """A staged upload: announced, and filled by a form."""

    key: str
    filename: str
    size: int
    token: str
    content: bytes | None = None


class ShopState:
    """Everything in memory; a restarted shop is a new one."""

    def __init__(self, settings: ShopSettings) -> None:
        self.settings = settings
        self.numbers: Iterator[int] = itertools.count(1001)
        self.products: dict[int, StoredProduct] = {}
        self.uploads: dict[str, Upload] = {}
        self.calls: Counter[str] = Counter()
        self.faults: list[list[Any]] = []
        self.log: list[dict[str, Any]] = []
        for product in settings.products:
            self.add(product)
        for fault in settings.faults:
            self.add_fault(fault)

    def add(self, given: ShopProduct) -> StoredProduct:
        product = StoredProduct(
            number=next(self.numbers),
            handle=given.handle,
            title=given.title,
            sku=given.sku,
            description=given.description,
        )
        for url in given.images:
            product.media.append(
                Media(f"gid://shopify/MediaImage/{next(self.numbers)}", "IMAGE", given.title, url)
            )
        self.products[product.number] = product
        return product

    def by_handle(self, handle: str) -> StoredProduct | None:
        return next((one for one in self.listed() if one.handle == handle), None)

    def listed(self) -> list[StoredProduct]:
        return [one for one in self.products.values() if not one.deleted]

    def stage(self, filename: str, size: int) -> Upload:
        upload = Upload(secrets.token_hex(8), filename, size, secrets.token_hex(16))
        self.uploads[upload.key] = upload
        return upload

    def models(self) -> int:
        return sum(one.kind == "MODEL_3D" for product in self.listed() for one in product.media)

    def attach(self, product: StoredProduct, upload: Upload, alt: str) -> Media:
        """Attach an uploaded model; its status follows from the time."""
        media = Media(
            id=f"gid://shopify/Model3d/{next(self.numbers)}",
            kind="MODEL_3D",
            alt=alt,
            source=f"/cdn/{upload.key}/{upload.filename}",
            filename=upload.filename,
            content=upload.content or b"",
            attached_at=time.monotonic(),
            failure=_what_is_wrong(upload),
        )
        if self.take_fault("fail-media", "media"):
            media.failure = "the model cannot be read"
        product.media.append(media)
        self.note("attach", product.handle, media.filename)
        return media

    def status(self, media: Media) -> str:
        if media.kind != "MODEL_3D":
            return "READY"
        if time.monotonic() - media.attached_at < self.settings.processing_s:
            return "PROCESSING"
        return "FAILED" if media.failure else "READY"

    def note(self, action: str, product: str, what: str) -> None:
        self.log.append({"action": action, "product": product, "what": what})

    def add_fault(self, fault: ShopFault) -> None:
        self.faults.append([fault, fault.times])

    def take_fault(self, kind: str, *names: str) -> ShopFault | None:
        """Return a pending fault of this kind for one of these names, and count it."""
        for entry in self.faults:
            fault, left = entry
            if left > 0 and fault.kind == kind and (fault.on == "*" or fault.on in names):
                entry[1] -= 1
                taken: ShopFault = fault
                return taken
        return None


def _what_is_wrong(upload: Upload) -> str | None:
    content = upload.content
    if content is None:
        return "nothing was uploaded"
    if len(content) != upload.size:
        return f"the file has {len(content)} bytes, {upload.size} were announced"
    if content[:4] != b"glTF" or int.from_bytes(content[8:12], "little") != len(content):
        return "the file is no GLB"
    return None
