"""Photo to photo, photo to findings: `fetch_photo` brings bytes, `prepare_photo` makes them fit to buy."""

from vitrine.photos.fetch import fetch_photo
from vitrine.photos.prepare_photo import Prepared, prepare_photo

__all__ = ["Prepared", "fetch_photo", "prepare_photo"]
