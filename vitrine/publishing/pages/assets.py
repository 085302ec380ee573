"""The static files of the pages: stylesheet, scripts and Google's model-viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

HERE = Path(__file__).parent

HOSTED_VIEWER = "https://ajax.googleapis.com/ajax/libs/model-viewer/4.0.0/model-viewer.min.js"
"""model-viewer at Google Hosted Libraries, for installations without `vendor/`. It has no meshopt
decoder, so pages that use it show the AR file alone."""

SCRIPT = "text/javascript; charset=utf-8"
STYLE = "text/css; charset=utf-8"

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class PageAssets(Generic[T]):
    """The static files as bytes (in the package), as keys (once published) or as URLs (in a page)."""

    style: T
    product_script: T
    catalog_script: T
    viewer: T | None
    """model-viewer; `None` where it is not vendored."""
    decoder: T | None
    """The meshopt decoder in the form model-viewer loads: a classic script, not a module."""

    def map(self, publish: Callable[[T, str], U]) -> PageAssets[U]:
        """Return the results of `publish(asset, media_type)` for each file."""
        return PageAssets(
            style=publish(self.style, STYLE),
            product_script=publish(self.product_script, SCRIPT),
            catalog_script=publish(self.catalog_script, SCRIPT),
            viewer=None if self.viewer is None else publish(self.viewer, SCRIPT),
            decoder=None if self.decoder is None else publish(self.decoder, SCRIPT),
        )


VENDOR = HERE / "vendor"
"""What `make setup` copies, and wheels contain."""


def page_assets(vendor: Path = VENDOR) -> PageAssets[bytes]:
    """Read the files from the package; the vendored two exist after `make setup` and in wheels."""
    static = HERE / "static"
    return PageAssets(
        style=(static / "vitrine.css").read_bytes(),
        product_script=(static / "product.js").read_bytes(),
        catalog_script=(static / "catalog.js").read_bytes(),
        viewer=_read(vendor / "model-viewer.min.js"),
        decoder=_read(vendor / "meshopt_decoder.js"),
    )


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
