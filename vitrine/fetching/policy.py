"""What may be fetched that somebody else has named: hosts, ports, folders and buckets."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from vitrine.errors import ConfigError, Refused
from vitrine.fetching.address import Address, parse_address, refused
from vitrine.fetching.redact import redact
from vitrine.record import Record

HOSTS = "VITRINE_FETCH_HOSTS"
FOLDERS = "VITRINE_PHOTO_FOLDERS"
BUCKETS = "VITRINE_PHOTO_BUCKETS"
PORTS = (80, 443, 8080, 8443)
"""Ports of web servers; at another one there may be any service that a request can harm."""


class FetchPolicy(Record):
    """What this deployment allows; by default public web servers, and nothing else."""

    hosts: tuple[str, ...] = ()
    """Hosts (`photos.intranet`), addresses and networks (`10.1.0.0/16`), each with all ports or with one
    (`127.0.0.1:8000`), that may be reached though they are not public"""
    folders: tuple[Path, ...] = ()
    """Folders whose photos a feed or an event may name, besides its own"""
    buckets: tuple[str, ...] = ()
    """S3 buckets whose photos a feed or an event may name; they are read with the worker's credentials"""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> FetchPolicy:
        """Read `VITRINE_FETCH_HOSTS` and `VITRINE_PHOTO_BUCKETS`, with commas, and `VITRINE_PHOTO_FOLDERS`.

        Folders are separated as in `PATH`. Raises `ConfigError` for an entry that is no host or network.
        """
        env = os.environ if env is None else env
        hosts = _words(env.get(HOSTS, ""))
        for entry in hosts:
            _parse(entry)
        folders = (part for part in env.get(FOLDERS, "").split(os.pathsep) if part.strip())
        return cls(
            hosts=hosts,
            folders=tuple(Path(folder).expanduser().resolve() for folder in folders),
            buckets=_words(env.get(BUCKETS, "")),
        )

    def with_origin(self, url: str) -> FetchPolicy:
        """Return the policy with the host and port of a URL that the operator has configured.

        Where that is this machine, other ports of it are allowed, too: a sandbox, or a gateway to it.
        """
        location = urlsplit(url)
        host = location.hostname or ""
        address = parse_address(host)
        own = host == "localhost" or (address is not None and address.is_loopback)
        more = ("localhost", "127.0.0.0/8", "::1") if own else (_netloc(host, _port(url)),)
        return self.model_copy(update={"hosts": (*self.hosts, *more)})

    def check_url(self, url: str) -> None:
        """Raise `Refused` for a URL that is not http(s), or that spells an address which is not allowed.

        A name is checked once it is resolved, by `check_address`.
        """
        shown = redact(url)
        try:
            location = urlsplit(url)
            host, port = location.hostname, _port(url)
        except ValueError as error:
            raise Refused(f"{shown}: not a usable URL: {error}") from error
        if location.scheme.lower() not in ("http", "https"):
            raise Refused(f"{shown}: {location.scheme or 'no'}:// is not fetched, only http:// and https://")
        if not host:
            raise Refused(f"{shown}: not a usable URL: it names no host")
        address = parse_address(host)
        if self._allows(host, address, port):
            return
        if address is not None:
            self.check_address(host, address, port)
        elif host.rstrip(".").lower() == "localhost" or host.rstrip(".").lower().endswith(".localhost"):
            raise _refused(host, port, "this machine itself (loopback)")

    def check_address(self, host: str, address: Address, port: int) -> None:
        """Raise `Refused` if `address`, which `host` spells or resolves to, may not be reached."""
        if self._allows(host, address, port):
            return
        kind = refused(address)
        if kind is not None:
            raise _refused(host, port, f"{kind}: {address}" if str(address) != host else kind)
        if port not in PORTS:
            ports = ", ".join(map(str, PORTS))
            raise _refused(host, port, f"at port {port}, and web servers are at {ports}")

    def _allows(self, host: str, address: Address | None, port: int) -> bool:
        for name, network, only in map(_parse, self.hosts):
            if only is not None and only != port:
                continue
            if network is None and host.rstrip(".").lower() == name:
                return True
            if network is not None and address is not None and address in network:
                return True
        return False


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _parse(entry: str) -> tuple[str, Network | None, int | None]:
    """Return the name, the network if it is one, and the port of an entry of `hosts`."""
    text, port = entry.strip().lower().rstrip("/"), None
    try:
        return text, ipaddress.ip_network(text.strip("[]"), strict=False), None
    except ValueError:
        pass
    name, colon, digits = text.rpartition(":")
    if colon and digits.isdigit():
        text, port = name, int(digits)
    try:
        return text, ipaddress.ip_network(text.strip("[]"), strict=False), port
    except ValueError:
        pass
    if not text or any(mark in text for mark in "/@ \\:"):
        raise ConfigError(
            f"{HOSTS} has {entry!r}: write hosts or networks, such as photos.intranet,10.1.0.0/16"
        )
    return text, None, port


def _refused(host: str, port: int, why: str) -> Refused:
    return Refused(
        f"{host} is {why}: what others name may not be reached there. "
        f"If you trust it, set {HOSTS}={_netloc(host, port)}"
    )


def _netloc(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port in (80, 443) else f"{shown}:{port}"


def _port(url: str) -> int:
    location = urlsplit(url)
    return location.port or {"http": 80}.get(location.scheme.lower(), 443)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))
