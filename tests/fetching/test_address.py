"""Addresses in every spelling, and which of them are public."""

from __future__ import annotations

import ipaddress

import pytest

from vitrine.fetching.address import parse_address, refused

LOOPBACK = (
    *("127.0.0.1", "127.1", "127.0.1", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "2130706433", "017700000001"),
    *("0177.0.0.1", "127.0.0.1.", "127.255.255.254", "[::1]", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"),
    *("::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe"),
    *("１２７.0.0.1", "127。0。0。1"),
)
OTHERS = {
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "192.168.1.1": "private",
    "0xc0a80101": "private",
    "::ffff:192.168.1.1": "private",
    "fc00::1": "private",
    "fd12:3456::1": "private",
    "169.254.169.254": "metadata",
    "2852039166": "metadata",
    "::ffff:169.254.169.254": "metadata",
    "64:ff9b::a9fe:a9fe": "metadata",
    "169.254.170.2": "metadata",
    "100.100.100.200": "metadata",
    "fd00:ec2::254": "metadata",
    "169.254.1.1": "link-local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "224.0.0.1": "multicast",
    "ff02::1": "multicast",
    "0.0.0.0": "unspecified",
    "0": "unspecified",
    "::": "unspecified",
    "100.64.0.1": "shared",
    "fec0::1": "site-local",
    "255.255.255.255": "private|reserved",
    "240.0.0.1": "private|reserved",
    "198.18.0.1": "private|not a public",
}


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_in_every_spelling(host: str) -> None:
    address = parse_address(host)
    assert address is not None
    assert "loopback" in str(refused(address))


@pytest.mark.parametrize(("host", "kind"), OTHERS.items())
def test_what_is_not_public_is_named(host: str, kind: str) -> None:
    address = parse_address(host)
    assert address is not None
    assert any(word in str(refused(address)) for word in kind.split("|"))


@pytest.mark.parametrize("host", ["8.8.8.8", "1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_pass(host: str) -> None:
    address = parse_address(host)
    assert address is not None
    assert refused(address) is None


@pytest.mark.parametrize(
    "host", ["shop.example", "1.2.3.4.5", "256.256.256.256", "08.1", "1..1", "", "99999999999"]
)
def test_a_name_is_no_address(host: str) -> None:
    assert parse_address(host) is None


def test_every_ipv4_address_of_a_private_network_is_refused() -> None:
    for network in ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"):
        first, last = (ipaddress.ip_network(network)[at] for at in (0, -1))
        assert refused(first)
        assert refused(last)
