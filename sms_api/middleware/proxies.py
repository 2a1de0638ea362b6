"""Who asks, where a proxy stands between: its headers are believed only if it is one of those in the settings."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network


class TrustedProxies:
    """Takes the client's address and scheme from X-Forwarded-For and X-Forwarded-Proto of a trusted proxy.

    The client is the last address of X-Forwarded-For that is no trusted proxy: what stands before it, a client may have
    written itself.
    """

    def __init__(self, app: ASGIApp, *, networks: Sequence[Network]) -> None:
        self._app = app
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._networks and scope["type"] != "lifespan" and self._is_trusted(_peer(scope)):
            headers = Headers(scope=scope)
            forwarded = [part.strip() for part in ",".join(headers.getlist("x-forwarded-for")).split(",")]
            if client := next((part for part in reversed(forwarded) if part and not self._is_trusted(part)), None):
                scope["client"] = (client, 0)
            secure = headers.get("x-forwarded-proto", "").strip().lower() == "https"
            names = {True: {"http": "https", "websocket": "wss"}, False: {}}
            scope["scheme"] = names[secure].get(scope["type"], scope["scheme"])
        await self._app(scope, receive, send)

    def _is_trusted(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""
