"""The transport of every request to an address that others name: it connects to checked addresses only."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
import ssl
import urllib.request
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from vitrine.errors import Refused
from vitrine.fetching.policy import FetchPolicy


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the context that verifies servers; made once, as it takes 20 ms."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.AsyncHTTPTransport):
    """An httpx transport that resolves a name once, checks all its addresses, and connects to one of these.

    So a name that resolves to another address a moment later (DNS rebinding) changes nothing. Each redirect
    is a request of its own and is checked again. Where the environment names a proxy (`HTTPS_PROXY`), the
    proxy resolves names: then literal addresses are checked, and the proxy has to keep its own network safe.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        verify: ssl.SSLContext | None = None,
        limits: httpx.Limits | None = None,
    ) -> None:
        limits = limits or httpx.Limits(max_connections=64, max_keepalive_connections=16)
        verify = verify or tls_context()
        super().__init__(verify=verify, limits=limits)
        pool: Any = self._pool
        # httpx passes no backend on; tests make sure that connections go through this one.
        pool._network_backend = _CheckedBackend(policy, pool._network_backend)
        self._policy = policy
        self._verify = verify
        self._limits = limits
        self._proxied: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._policy.check_url(str(request.url))
        proxy = _proxy_of(request.url)
        if proxy is None:
            return await super().handle_async_request(request)
        if proxy not in self._proxied:
            self._proxied[proxy] = httpx.AsyncHTTPTransport(
                proxy=proxy, verify=self._verify, limits=self._limits
            )
        return await self._proxied[proxy].handle_async_request(request)

    async def aclose(self) -> None:
        for transport in self._proxied.values():
            await transport.aclose()
        await super().aclose()


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to the addresses that a policy allows. TLS still verifies the host's name."""

    def __init__(self, policy: FetchPolicy, inner: httpcore.AsyncNetworkBackend) -> None:
        self._policy = policy
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await resolve(host, port)
        for address in addresses:  # one address that is not allowed refuses the name
            self._policy.check_address(host, ipaddress.ip_address(address), port)
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise Refused("a Unix socket is not fetched from")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the resolver's order, each once.

    Raises `httpcore.ConnectError` where it has none.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))


def _proxy_of(url: httpx.URL) -> str | None:
    """Return the proxy that the environment names for a URL."""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(url.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
