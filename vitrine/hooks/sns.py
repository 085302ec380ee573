"""Messages of Amazon SNS: whether Amazon has signed them, and confirming a subscription.

Which fields are signed, in which order, and the hash of each version of the signature:
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from vitrine.fetching.body import IDENTITY, read_body
from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.transport import GuardedTransport

HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
"""Amazon's own servers: nothing is fetched from another address that a message names."""
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": CONFIRMATION,
    "UnsubscribeConfirmation": CONFIRMATION,
}
"""Type of a message -> the fields that its signature covers, in the order of the text that is signed."""
HASHES: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
"""`SignatureVersion` -> hash. A topic signs with SHA-1 unless its owner has set version 2."""
MAX_CERTIFICATE_BYTES = 64_000
KEPT_CERTIFICATES = 16
TIMEOUT_S = 10.0

Fetch = Callable[[str], Awaitable[bytes]]
"""Raises `httpx.HTTPError` if there is no answer with status 200."""


def is_sns(body: Mapping[str, Any]) -> bool:
    """Whether a body says that it is a message of SNS."""
    return str(body.get("Type")) in SIGNED


async def fetch_from_amazon(url: str) -> bytes:
    """Return what is at a URL; redirects are not followed."""
    async with (
        httpx.AsyncClient(transport=GuardedTransport(FetchPolicy.from_env()), timeout=TIMEOUT_S) as client,
        client.stream("GET", url, headers=IDENTITY) as response,
    ):
        if response.status_code != 200:
            raise httpx.ReadError(f"{url.partition('?')[0]}: HTTP {response.status_code}")
        return await read_body(response, MAX_CERTIFICATE_BYTES)


class SnsMessages:
    """Checks messages against the certificates that they name; each certificate is fetched once."""

    def __init__(self, fetch: Fetch = fetch_from_amazon) -> None:
        self._fetch = fetch
        self._keys: dict[str, RSAPublicKey] = {}

    async def is_signed(self, body: Mapping[str, Any]) -> bool:
        """Tell whether Amazon has signed a message.

        Raises `httpx.HTTPError` where its certificate cannot be fetched: the message has to come again.
        """
        url, signature = body.get("SigningCertURL"), body.get("Signature")
        algorithm = HASHES.get(str(body.get("SignatureVersion", "1")))
        if not isinstance(url, str) or not isinstance(signature, str) or algorithm is None:
            return False
        if not at_amazon(url) or not urlsplit(url).path.endswith(".pem"):
            return False
        try:
            key = await self._key(url)
            key.verify(base64.b64decode(signature, validate=True), signed_text(body), PKCS1v15(), algorithm)
        except (InvalidSignature, ValueError):
            return False
        return True

    async def confirm(self, body: Mapping[str, Any]) -> bool:
        """Confirm a subscription by opening the URL that its message names, if that is at Amazon.

        Raises `httpx.HTTPError` if Amazon does not answer.
        """
        url = body.get("SubscribeURL")
        if not isinstance(url, str) or not at_amazon(url):
            return False
        await self._fetch(url)
        return True

    async def _key(self, url: str) -> RSAPublicKey:
        """Raises `ValueError` for a file that is no certificate, or one without an RSA key."""
        if url not in self._keys:
            key = load_pem_x509_certificate(await self._fetch(url)).public_key()
            if not isinstance(key, RSAPublicKey):
                raise ValueError("no RSA key")
            while len(self._keys) >= KEPT_CERTIFICATES:
                self._keys.pop(next(iter(self._keys)))
            self._keys[url] = key
        return self._keys[url]


def signed_text(body: Mapping[str, Any]) -> bytes:
    """Return the text that is signed: the name and the value of each signed field that is there, in lines."""
    names = [name for name in SIGNED[body["Type"]] if body.get(name) is not None]
    return "".join(f"{name}\n{body[name]}\n" for name in names).encode()


def at_amazon(url: str) -> bool:
    """Whether a URL is one of SNS's own servers, over https."""
    try:
        location = urlsplit(url)
    except ValueError:
        return False
    return location.scheme == "https" and HOST.fullmatch(location.netloc) is not None
