"""An order, and what it is known by: two orders with one key are bought once."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from pydantic import Field, JsonValue

from vitrine.models.photo import PhotoIdentity
from vitrine.record import Record


class Order(Record):
    """All that decides the result of a generation; equal orders have equal keys, and are bought once."""

    photo: PhotoIdentity
    provider: str
    model: str
    settings: dict[str, JsonValue]
    """The fields of the request as sent, without the photo."""
    seed_is_derived: bool = False
    """Whether `settings["seed"]` was made from the photo, and so is no part of what the order is known by."""
    attempt: Annotated[int, Field(ge=1)] = 1

    @property
    def chosen_settings(self) -> dict[str, JsonValue]:
        """The settings without a derived seed."""
        return without_seed(self.settings) if self.seed_is_derived else self.settings

    @property
    def identity(self) -> str:
        """sha256 (hex) of the photo's source and options, the provider, model and chosen settings."""
        photo: dict[str, JsonValue] = {"source": self.photo.source_sha256, "options": self.photo.options}
        return canonical_sha256(self._bought | photo)

    @property
    def pixels_identity(self) -> str:
        """As `identity`, with the prepared pixels instead of the source and the options."""
        return pixels_identity(self.photo.pixels_sha256, self.provider, self.model, self.chosen_settings)

    @property
    def key(self) -> str:
        """sha256 (hex) of `identity` and the attempt."""
        return canonical_sha256({"identity": self.identity, "attempt": self.attempt})

    @property
    def png_key(self) -> str:
        """The key under which releases before 0002 of the ledger bought this very PNG."""
        photo = self.photo.blob.sha256
        seed = {"seed": derive_seed(photo, self.attempt)} if self.seed_is_derived else {}
        settings = self.chosen_settings | seed
        return canonical_sha256(
            {**self._bought, "photo": photo, "attempt": self.attempt, "settings": settings}
        )

    @property
    def _bought(self) -> dict[str, JsonValue]:
        return {"provider": self.provider, "model": self.model, "settings": self.chosen_settings}


def pixels_identity(
    pixels_sha256: str, provider: str, model: str, chosen_settings: dict[str, JsonValue]
) -> str:
    """sha256 (hex) of prepared pixels, the provider, the model and the settings without a derived seed."""
    return canonical_sha256(
        {"pixels": pixels_sha256, "provider": provider, "model": model, "settings": chosen_settings}
    )


def without_seed(settings: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the settings without their seed."""
    return {name: value for name, value in settings.items() if name != "seed"}


def photo_seed(source_sha256: str, options: dict[str, JsonValue], attempt: int) -> int:
    """Return the seed of a photo: from its source and options, so that every encoder gets the same one."""
    return derive_seed(canonical_sha256({"source": source_sha256, "options": options}), attempt)


def derive_seed(photo: str, attempt: int) -> int:
    """Return a seed in 0 … 2³¹-1, the same for the same text and attempt."""
    digest = hashlib.sha256(f"{photo}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def canonical_sha256(fields: JsonValue) -> str:
    """sha256 (hex) of JSON with sorted keys and no spaces."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
