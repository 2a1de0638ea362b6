"""Names of the tests' own: what a name server of somebody else's might answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer


@implementer(IHostnameResolver)
class NamedAddresses:
    """Answers for the names that it knows, and asks another resolver for the rest."""

    def __init__(self, names: Mapping[str, str], other: Any) -> None:
        self._names = names
        self._other = other

    def resolveHostName(self, receiver: Any, name: str, portNumber: int = 0, *more: Any, **known: Any) -> Any:  # noqa: N802, N803
        address = self._names.get(name)
        if address is None:
            return self._other.resolveHostName(receiver, name, portNumber, *more, **known)
        receiver.resolutionBegan(None)
        kind = IPv6Address if ":" in address else IPv4Address
        receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()
        return None


@contextmanager
def names_resolved(names: Mapping[str, str]) -> Iterator[None]:
    """Have the reactor resolve these names so."""
    from twisted.internet import reactor

    pluggable = cast(Any, reactor)
    before = pluggable.nameResolver
    pluggable.installNameResolver(NamedAddresses(names, before))
    try:
        yield
    finally:
        pluggable.installNameResolver(before)
