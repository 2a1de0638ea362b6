"""Which addresses are of the public internet, and which hosts of a private network may be asked."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.settings import Settings
from twisted.internet.address import IPv4Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from zope.interface import implementer

from sms_crawlers.errors import RefusedAddress
from sms_crawlers.network.addresses import Address, AllowedHosts, is_private
from sms_crawlers.network.download import CheckedReactor

pytestmark = pytest.mark.trust(15)

PRIVATE_V4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
PRIVATE_V6 = ["fe80::/10", "fec0::/10", "fc00::/7", "ff00::/8", "2001:db8::/32", "3fff::/20", "100::/64", "5f00::/16"]


def addresses_in(networks: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(networks).flatmap(lambda network: st.ip_addresses(network=network))


def embedded(address: ipaddress.IPv4Address) -> list[ipaddress.IPv6Address]:
    """Every form of IPv6 address in which an IPv4 address stands (RFC 4291, 6052, 3056, 4380)."""
    number = int(address)
    places = [
        ("::", 0),
        ("::ffff:0:0", 0),
        ("::ffff:0:0:0", 0),
        ("64:ff9b::", 0),
        ("64:ff9b:1::", 0),
        ("64:ff9b:1::", 24),
        ("2002::", 80),
        ("2001::", 64),
    ]
    forms = [ipaddress.IPv6Address(int(ipaddress.IPv6Address(start)) + (number << place)) for start, place in places]
    hidden = number ^ 0xFFFFFFFF
    return [*forms, ipaddress.IPv6Address(int(ipaddress.IPv6Address("2001::")) + hidden)]


@given(addresses_in(PRIVATE_V4))
def test_a_private_address_is_private_in_every_form(address: ipaddress.IPv4Address) -> None:
    assert [form for form in (address, *embedded(address)) if not is_private(form)] == []


@given(addresses_in(PRIVATE_V6))
def test_a_private_ipv6_address_is_private(address: ipaddress.IPv6Address) -> None:
    assert is_private(address)


@given(st.ip_addresses())
def test_what_python_knows_as_special_is_never_public(address: Address) -> None:
    translated = address in ipaddress.IPv6Network("64:ff9b::/96") if address.version == 6 else False
    mapped = getattr(address, "ipv4_mapped", None) or address
    if not translated and (not mapped.is_global or mapped.is_multicast or mapped.is_reserved):
        assert is_private(address)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "2606:2800:220:1::1",
        "2a00:1450:4001:831::200e",
        "::ffff:93.184.216.34",
        "64:ff9b::5db8:d822",
        "2002:5db8:d822::1",
    ],
)
def test_a_public_address_is_public(address: str) -> None:
    assert not is_private(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("127.0.0.1:8000", "127.0.0.1", 8001, False),
        ("127.0.0.1", "127.0.0.1", 8001, True),
        ("127.0.0.1", "localhost", 8000, False),
        ("127.0.0.1", "2130706433", 8000, False),
        ("127.0.0.1", "rebound.test", 8000, False),
        ("Calendar.intranet:80", "calendar.intranet", 80, True),
        ("calendar.intranet", "other.calendar.intranet", 80, False),
        ("[::1]:8000", "::1", 8000, True),
        ("[::1]:8000", "[::1]", 8000, True),
        ("", "127.0.0.1", 80, False),
    ],
)
def test_a_private_host_is_asked_as_it_is_allowed(entry: str, host: str, port: int, allowed: bool) -> None:
    stated = AllowedHosts.stated(Settings({"PRIVATE_HOSTS_ALLOWED": entry}))
    assert stated.may_connect(host, port, ipaddress.ip_address("127.0.0.1")) is allowed
    assert stated.may_connect(host, port, ipaddress.ip_address("93.184.216.34"))


@implementer(IHostnameResolver)
class ChangingResolver:
    """Gives another answer each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    def resolveHostName(self, receiver: Any, _name: str, portNumber: int = 0, **_: Any) -> None:  # noqa: N802, N803
        receiver.resolutionBegan(None)
        for address in self._answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", address, portNumber))
        receiver.resolutionComplete()


def connections(*answers: list[str]) -> tuple[list[str], list[BaseException]]:
    """The addresses that are connected to for a name which is looked up once for each of the answers."""
    reactor = MemoryReactorClock()
    reactor.installNameResolver(ChangingResolver(*answers))
    checked = CheckedReactor(reactor, "http://hall.test/", "hall.test", AllowedHosts())
    refused: list[BaseException] = []
    for _ in answers:
        endpoint = HostnameEndpoint(checked, "hall.test", 80)
        endpoint.connect(Factory()).addErrback(lambda failure: refused.append(failure.value))
        reactor.advance(1)
    return [client[0] for client in reactor.tcpClients], refused


def test_a_name_that_moves_into_the_private_network_is_not_followed_there() -> None:
    connected, refused = connections(["93.184.216.34"], ["127.0.0.1"], ["169.254.169.254"])
    assert connected == ["93.184.216.34"]
    assert [type(problem) for problem in refused] == [RefusedAddress, RefusedAddress]


def test_of_several_addresses_the_private_ones_are_not_tried() -> None:
    connected, _ = connections(["10.0.0.1", "93.184.216.34", "127.0.0.1"])
    assert connected == ["93.184.216.34"]
