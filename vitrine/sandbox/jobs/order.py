"""An order in the sandbox's own terms, and the error that refuses a request."""

from __future__ import annotations

from pydantic import JsonValue

from vitrine.record import Record


class EngineSettings(Record):
    """The settings of an order that the engine uses."""

    faces: int = 500_000
    texture_size: int = 2048
    resolution: int = 1024
    seed: int = 42
    remesh: bool = True


class Order(Record):
    """One valid order."""

    image: bytes = b""
    settings: dict[str, JsonValue]
    """The request's fields as they came, without the photo."""
    engine_settings: EngineSettings
    webhook: str | None = None
    inline: bool = False
    """True: the status response carries the file in base64 instead of a link."""


class ApiError(Exception):
    """Refuses a request with an HTTP status, the provider's error code and a message."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after_s: int | str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s
