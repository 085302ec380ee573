"""Check the photos before any server starts, so that an error is reported at once."""

from __future__ import annotations

import asyncio

from vitrine.errors import PhotoError, StoppedInWorker
from vitrine.fetching.redact import redact
from vitrine.models import Product
from vitrine.recipe import Recipe


def check_photos(products: list[Product], recipe: Recipe) -> None:
    """Raise `PhotoError` if no photo is usable; if only some are unusable, those products fail in the run."""
    reasons = [reason for product in products if (reason := _reason(product.photos[0], recipe))]
    if len(reasons) == len(products):
        raise PhotoError("; ".join(reasons))


def _reason(source: str, recipe: Recipe) -> str | None:
    from vitrine.isolation import run_isolated
    from vitrine.photos.fetch import fetch_photo
    from vitrine.photos.prepare_photo import prepare_photo

    try:
        data = asyncio.run(fetch_photo(source, recipe.photo))
        photo = run_isolated(recipe.process, prepare_photo, data, source, recipe.photo).photo
    except PhotoError as error:
        return str(error)
    except StoppedInWorker as error:
        return f"{redact(source)}: {error}"
    errors = [finding.message for finding in photo.refusals]
    return f"{redact(source)}: " + "; ".join(errors) if errors else None
