"""Photo to PNG and findings: `fetch_photo` downloads one, `prepare_photo` makes what a provider gets."""

from vitrine.photos.fetch import fetch_photo
from vitrine.photos.prepare_photo import prepare_photo

__all__ = ["fetch_photo", "prepare_photo"]
