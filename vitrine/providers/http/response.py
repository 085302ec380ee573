"""An HTTP response, read without trusting its shape."""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from vitrine.json_text import parse_json

MAX_RETRY_AFTER_S = 3600.0
MESSAGE_BYTES = 8_000
"""Of the start of a page, where its message is; the expression that removes tags is slow on long ones."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response in memory; `broken` is the error that cut its body short, if any."""

    status: int
    body: bytes = b""
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    broken: Exception | None = None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, or `None` when it is anything else."""
        try:
            data = parse_json(self.body, parse_float=_finite, parse_constant=_finite)
        except ValueError:
            return None
        return data if isinstance(data, dict) else None

    @property
    def message(self) -> str:
        """The message in its body, be it JSON, HTML or text: one line of at most 200 characters."""
        data = self.json()
        words = error_message(data) if data is not None else None
        if words is None:
            start = self.body[:MESSAGE_BYTES].decode("utf-8", "replace")
            plain = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]+>", " ", start)
            words = html.unescape(plain)
        words = " ".join(words.split())
        return words[:200] + ("…" if len(words) > 200 else "") or "nothing"

    @property
    def retry_after_s(self) -> float | None:
        """Seconds to wait by its Retry-After header, if it has one."""
        return retry_after_s(self.headers.get("retry-after"), self.headers.get("date"))


def _finite(text: str) -> float | None:
    """Return a number of a JSON text; `None` for `1e999`, which is infinite, and for `NaN`."""
    value = float(text)
    return value if math.isfinite(value) else None


def error_message(data: dict[str, Any]) -> str | None:
    """Return the message of an error object in any shape seen: `error.message`, `error` + `message`, …"""
    error = data.get("error")
    if isinstance(error, dict):
        parts = [error.get("message") or error.get("detail"), error.get("code") or error.get("type")]
        words = [str(part) for part in parts if part]
        return f"{words[0]} ({words[1]})" if len(words) == 2 else words[0] if words else json.dumps(error)
    message = data.get("message") or data.get("detail")
    if isinstance(message, (dict, list)):
        message = json.dumps(message)
    words = [str(part) for part in (error, message) if part]
    return ": ".join(words) or None


def retry_after_s(header: str | None, date: str | None = None) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3), 0 to 3600; `None` for anything else.

    A date is compared with the response's own `Date`, so that a wrong clock does not matter.
    """
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        then = _date(header)
        if then is None:
            return None
        seconds = (then - (_date(date) or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S) if seconds == seconds else None


def _date(text: str | None) -> datetime | None:
    try:
        then = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return then if then.tzinfo else then.replace(tzinfo=UTC)
