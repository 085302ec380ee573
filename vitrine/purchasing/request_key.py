"""The keys of a request for a model: equal requests to the same accounts are bought once, at one of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from pydantic import JsonValue

from vitrine.models import PhotoIdentity
from vitrine.models.order import canonical_sha256
from vitrine.providers.base import ImageTo3DProvider
from vitrine.recipe import Generation


def request_keys_of(
    photo: PhotoIdentity,
    generation: Generation,
    attempt: int,
    accounts: Sequence[ImageTo3DProvider],
    earlier_pngs: Iterable[str] = (),
) -> tuple[str, ...]:
    """Return the keys of a request: by the photo's source, by its pixels, and by PNGs of earlier releases.

    Other accounts do not count: a model from the sandbox is no reason not to buy the real one. Settings that
    are left to the provider do not count either, so that a new one changes nothing.
    """
    names: list[JsonValue] = [*sorted(account.name for account in accounts)]
    settings = generation.model_dump(mode="json", exclude_none=True)
    request: dict[str, JsonValue] = {"generation": settings, "attempt": attempt, "accounts": names}
    source = request | {"source": photo.source_sha256, "options": photo.options}
    pixels = request | {"pixels": photo.pixels_sha256}
    earlier = (_png_request_key(png, generation, attempt, names) for png in earlier_pngs)
    return (canonical_sha256(source), canonical_sha256(pixels), *earlier)


def _png_request_key(png_sha256: str, generation: Generation, attempt: int, names: list[JsonValue]) -> str:
    """Return the key under which releases before revision 0002 of the ledger knew the request."""
    request = [png_sha256, generation.model_dump(mode="json"), attempt, names]
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
