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
    names = [account.name for account in accounts]
    source = source_request_key(photo.source_sha256, photo.options, generation, attempt, names)
    pixels = _request(generation, attempt, names) | {"pixels": photo.pixels_sha256}
    earlier = (_png_request_key(png, generation, attempt, sorted(names)) for png in earlier_pngs)
    return (source, canonical_sha256(pixels), *earlier)


def source_request_key(
    source_sha256: str,
    options: dict[str, JsonValue],
    generation: Generation,
    attempt: int,
    accounts: Sequence[str],
) -> str:
    """Return the key of a request by the bytes of the photo and its options, at accounts with these names."""
    photo: dict[str, JsonValue] = {"source": source_sha256, "options": options}
    return canonical_sha256(_request(generation, attempt, accounts) | photo)


def _request(generation: Generation, attempt: int, accounts: Sequence[str]) -> dict[str, JsonValue]:
    settings = generation.model_dump(mode="json", exclude_none=True)
    return {"generation": settings, "attempt": attempt, "accounts": [*sorted(accounts)]}


def _png_request_key(png_sha256: str, generation: Generation, attempt: int, names: list[str]) -> str:
    """Return the key under which releases before revision 0002 of the ledger knew the request."""
    request = [png_sha256, generation.model_dump(mode="json"), attempt, names]
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
