"""Which machines may be asked: those of the public internet, and of a private network only those that are allowed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from sms_crawlers.errors import CannotStart

DEFAULT_PORTS = {"http": 80, "https": 443}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NOT_PUBLIC_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by a provider's customers
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the metadata of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "3fff::/20",
    )
]
_TRANSLATED = {
    ipaddress.IPv6Network("::ffff:0:0/96"): 0,  # mapped
    ipaddress.IPv6Network("64:ff9b::/96"): 0,  # NAT64
    ipaddress.IPv6Network("2002::/16"): 80,  # 6to4
}
"""IPv6 networks whose addresses stand for an IPv4 address, and how many bits follow that in them."""


def is_private(address: Address) -> bool:
    """Is an address not one of the public internet: private, shared, loopback, link-local, multicast, reserved?

    After the registries of special-purpose addresses (RFC 6890). An IPv6 address that stands for an IPv4 address is
    judged as that one is; what is neither that nor global unicast is private, whatever it is for.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return any(address in network for network in _NOT_PUBLIC_V4)
    for network, behind in _TRANSLATED.items():
        if address in network:
            return is_private(ipaddress.IPv4Address(int(address) >> behind & 0xFFFFFFFF))
    return address not in _PUBLIC_V6 or any(address in network for network in _NOT_PUBLIC_V6)


def literal_address(host: str) -> Address | None:
    """The address that a URL's host is; None for a name, which is what 2130706433 and 127.1 are here."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts of a private network that may be asked, by the operator's word; a public one always may.

    Each is a host as it stands in the URL, a name or an address, with the port or for all ports. Another name of the
    same machine is not allowed with it: who gives out a name decides where it leads.
    """

    hosts: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def stated(cls, settings: BaseSettings) -> AllowedHosts:
        """Those of the setting PRIVATE_HOSTS_ALLOWED: `host`, `host:port`, `[::1]:port`. Raises CannotStart."""
        return cls.named(settings.getlist("PRIVATE_HOSTS_ALLOWED"))

    @classmethod
    def named(cls, entries: Iterable[str]) -> AllowedHosts:
        """Those of these entries. Raises CannotStart for one that is no host, with or without a port."""
        return cls(frozenset(_host_and_port(entry.strip()) for entry in entries if entry.strip()))

    def may_connect(self, host: str, port: int, address: Address) -> bool:
        """May a connection be made for a URL of this host and port, to this address?"""
        named = host.strip("[]").lower()
        return not is_private(address) or not self.hosts.isdisjoint({(named, port), (named, None)})


def _host_and_port(entry: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{entry}")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if not parts.hostname or parts.netloc != entry or "@" in entry:
        raise CannotStart(
            f"PRIVATE_HOSTS_ALLOWED: {entry!r} is no host; write it as in calendar.intranet:8000 or [::1]"
        )
    return parts.hostname, port
