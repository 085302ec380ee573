"""What a provider's request comes down to, and how it is refused."""

from __future__ import annotations

from pydantic import JsonValue

from vitrine.record import Record


class Wanted(Record):
    """The settings that the engine acts on."""

    faces: int = 500_000
    texture_size: int = 2048
    resolution: int = 1024
    seed: int = 42
    remesh: bool = True


class OrderIn(Record):
    """One order as it was understood."""

    image_url: str | None = None
    image: bytes = b""
    settings: dict[str, JsonValue]
    """The request's fields as they came, without the picture."""
    wanted: Wanted
    webhook: str | None = None
    inline: bool = False
    """The result is wanted inside the answer, in base64."""


class Refusal(Exception):
    """No: with a status, a code in the provider's words, and a sentence."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after_s: int | str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s
