"""Asking a server whether it is the sandbox."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal
from urllib.parse import urlsplit

import httpx

from vitrine.providers.http.client import ProviderClient

logger = logging.getLogger(__name__)

PATH = "/sandbox/health"
SAYS_SO = "X-Vitrine-Sandbox"
LISTENS_AT = "X-Vitrine-Sandbox-Port"
"""The port at which the sandbox took the connection: another one where a gateway stands between."""
TIMEOUT_S = 10.0

Kind = Literal["none", "gateway", "direct"]


async def find_sandbox(client: ProviderClient) -> Kind:
    """Whether the server at the client's base URL is the sandbox itself, a gateway to it, or neither.

    Sends one GET without the key. A server that does not answer is `none`.
    """
    url = urlsplit(client.base_url)
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    try:
        async with asyncio.timeout(TIMEOUT_S):
            headers = await client.head_without_key(f"{url.scheme}://{url.netloc}{PATH}")
    except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
        logger.debug("%s: no answer to %s: %s", client.account, PATH, error)
        return "none"
    if headers.get(SAYS_SO) != "1":
        return "none"
    return "direct" if headers.get(LISTENS_AT) == str(port) else "gateway"
