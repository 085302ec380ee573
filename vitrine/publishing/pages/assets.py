"""What the pages load beside themselves: our style and scripts, and Google's viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

HERE = Path(__file__).parent

HOSTED_VIEWER = "https://ajax.googleapis.com/ajax/libs/model-viewer/4.0.0/model-viewer.min.js"
"""model-viewer at Google Hosted Libraries, for installations without `vendor/`. There is no meshopt decoder
there, so pages that use it show the ar file alone."""

SCRIPT = "text/javascript; charset=utf-8"
STYLE = "text/css; charset=utf-8"

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class SiteAssets(Generic[T]):
    """One of each: as bytes in the package, as keys once published, as URLs in a page."""

    style: T
    product_script: T
    catalog_script: T
    viewer: T | None
    """model-viewer, or `None` where it is not vendored."""
    decoder: T | None
    """The meshopt decoder in the form model-viewer loads: a classic script, not a module."""

    def map(self, publish: Callable[[T, str], U]) -> SiteAssets[U]:
        """Apply `publish(asset, media_type)` to each."""
        return SiteAssets(
            style=publish(self.style, STYLE),
            product_script=publish(self.product_script, SCRIPT),
            catalog_script=publish(self.catalog_script, SCRIPT),
            viewer=None if self.viewer is None else publish(self.viewer, SCRIPT),
            decoder=None if self.decoder is None else publish(self.decoder, SCRIPT),
        )


def site_assets(vendor: Path = HERE / "vendor") -> SiteAssets[bytes]:
    """Read the assets from the package; the vendored two are there after `make setup` and in wheels."""
    static = HERE / "static"
    return SiteAssets(
        style=(static / "vitrine.css").read_bytes(),
        product_script=(static / "product.js").read_bytes(),
        catalog_script=(static / "catalog.js").read_bytes(),
        viewer=_read(vendor / "model-viewer.min.js"),
        decoder=_read(vendor / "meshopt_decoder.js"),
    )


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
