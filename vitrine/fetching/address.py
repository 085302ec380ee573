"""Which network addresses may be reached, in whatever spelling they come."""

from __future__ import annotations

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
"""Prefixes whose last 32 bits are an IPv4 address (RFC 6052, RFC 8215)."""
SHARED = ipaddress.IPv4Network("100.64.0.0/10")
"""Addresses behind a carrier's NAT (RFC 6598); some clouds have their metadata service there."""
METADATA = {
    ipaddress.ip_address("169.254.169.254"): "a cloud's metadata service",
    ipaddress.ip_address("169.254.170.2"): "a cloud's metadata service",
    ipaddress.ip_address("100.100.100.200"): "a cloud's metadata service",
    ipaddress.ip_address("fd00:ec2::254"): "a cloud's metadata service",
}
KINDS = (
    ("is_loopback", "this machine itself (loopback)"),
    ("is_link_local", "a link-local address"),
    ("is_multicast", "a multicast address"),
    ("is_unspecified", "the unspecified address"),
    ("is_private", "a private network"),
    ("is_reserved", "a reserved address"),
)
NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


def refused(address: Address) -> str | None:
    """Return what kind of address it is, such as "a private network"; `None` for a public one."""
    inner = embedded(address)
    if inner is not None:
        kind = refused(inner)
        return None if kind is None else f"{kind}, by {inner}"
    if address in METADATA:
        return METADATA[address]
    if isinstance(address, ipaddress.IPv4Address) and address in SHARED:
        return "a shared address (carrier-grade NAT)"
    for attribute, kind in KINDS:
        if getattr(address, attribute):
            return kind
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return "a site-local address"
    return None if address.is_global else "not a public address"


def embedded(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address in an IPv6 one: mapped, compatible, NAT64, 6to4 or Teredo."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = int(address) & 0xFFFFFFFF
    if any(address in network for network in NAT64) or (int(address) >> 32 == 0 and low > 1):
        return ipaddress.IPv4Address(low)
    return None


def parse_address(host: str) -> Address | None:
    """Return the address that a URL's host spells, or `None` for a name.

    Besides the usual forms these are the ones of the WHATWG URL standard that resolvers know: `127.1`,
    `2130706433`, `0x7f000001`, `0177.0.0.1`, and full-width digits.
    """
    text = host.strip("[]").partition("%")[0].rstrip(".").translate(FULL_WIDTH)
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass
    parts = text.split(".")
    if len(parts) > 4 or not all(NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    last = numbers.pop()
    value = sum(number << (24 - 8 * at) for at, number in enumerate(numbers)) + last
    if any(number > 255 for number in numbers) or last >= 256 ** (4 - len(numbers)) or value >= 2**32:
        return None
    return ipaddress.IPv4Address(value)


def _number(text: str) -> int:
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text)


FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: ".", 0x3002: ".", 0xFF61: "."}
