"""The signature of a webhook: base64 of HMAC-SHA256 over the raw body, at Shopify and at WooCommerce."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence


def sign(body: bytes, secret: str) -> str:
    """Return the signature of a body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def is_signed(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Tell whether one of the secrets signed the body; while a secret is rotated, there are two.

    All are compared, each in constant time.
    """
    given = (signature or "").encode("utf-8", "replace")
    matches = [hmac.compare_digest(given, sign(body, secret).encode()) for secret in secrets if secret]
    return any(matches)
