"""A release as shops see it: its files, their URLs, and the marks by which it is known again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vitrine.errors import ConfigError, ShopRefused
from vitrine.publishing.manifest import ReleaseFile, ReleaseManifest
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import embed_key, page_key

MARK = re.compile(r"vitrine[-:]([0-9a-f]{16})")
"""How a release id is written into file names (`mug-vitrine-<id>.glb`) and alt texts (`[vitrine:<id>]`)."""


@dataclass(frozen=True, slots=True)
class ReleasedModel:
    """The current release of a product in a bucket."""

    manifest: ReleaseManifest
    release: str
    bucket: Bucket

    @property
    def product_id(self) -> str:
        return self.manifest.product.id

    @property
    def title(self) -> str:
        return self.manifest.product.title

    @property
    def glb(self) -> ReleaseFile:
        """The plain GLB, which every viewer reads. Raises `ShopRefused` for a release without one."""
        return self._file("ar") or self._missing("ar")

    @property
    def filename(self) -> str:
        """The name of the GLB in the shop, with the mark of the release."""
        return f"{self.manifest.product.slug[:60]}-vitrine-{self.release}.glb"

    @property
    def alt(self) -> str:
        """The alternative text of the model, for people."""
        return f"{self.title}, 3D model"[:400]

    @property
    def marked_alt(self) -> str:
        """The alternative text with the mark of the release."""
        return f"{self.alt} [vitrine:{self.release}]"

    def read_glb(self) -> bytes:
        """Return the bytes of the GLB. Raises `StorageError`."""
        return self.bucket.get(self.glb.key)

    def url(self, role: str) -> str | None:
        """Return the public http(s) URL of a file, or `None` for a release without it.

        Raises `ConfigError` for a bucket without public URLs.
        """
        file = self._file(role)
        return None if file is None else self._public(file.key)

    @property
    def page_url(self) -> str:
        return self._public(page_key(self.manifest.product.slug))

    @property
    def embed_url(self) -> str:
        """The page for an iframe."""
        return self._public(embed_key(self.manifest.product.slug))

    def _public(self, key: str) -> str:
        url = self.bucket.url(key)
        if not url.startswith(("http://", "https://")):
            raise ConfigError(
                f"{url} is not on the web, so the pages of a shop cannot show it: publish to a bucket, or "
                "set VITRINE_PUBLIC_URL to the address at which readers find the destination"
            )
        return url

    def _file(self, role: str) -> ReleaseFile | None:
        return self.manifest.file(role)

    def _missing(self, role: str) -> ReleaseFile:
        raise ShopRefused(
            f"release {self.release} of {self.product_id} has no file {role!r}: convert it again"
        )


def release_in(*texts: str | None) -> str | None:
    """Return the release id that a mark in one of the texts names; `None` for media that are not ours."""
    found = next((match for text in texts if text and (match := MARK.search(text))), None)
    return found[1] if found else None
