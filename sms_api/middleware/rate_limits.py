"""How often a network may ask: /24 of IPv4, /64 of IPv6, in memory, for each process by itself.

Header fields: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/. The counters are our own, since
the memory storage of the `limits` library goes through all its keys every 10 ms: with the requests of 100,000 networks,
which one owner of a /48 of IPv6 nearly has, that took more than half of a processor.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.middleware.raw_headers import add, raw
from sms_api.problems import Problem, send_problem

_WINDOW_SECONDS = 60
_SEARCHES = ("/search", "/v1/search", "/graphql")
_UNLIMITED = ("/static/", "/health", "/ready")


class Window:
    """Requests of each network in the present span of time and the one before it, of which a part still counts."""

    def __init__(self, allowed: int, span: int = _WINDOW_SECONDS) -> None:
        """`allowed` is the number of requests in any span of so many seconds."""
        self.allowed = allowed
        self._span = span
        self._present = 0
        self._now: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def take(self, network: str, seconds: float) -> tuple[bool, int, int]:
        """May the network ask at this time, how often more, and after how many seconds is it at ease again?"""
        present, into = divmod(seconds, self._span)
        if present != self._present:
            self._before = self._now if present == self._present + 1 else Counter()
            self._now, self._present = Counter(), int(present)
        weight = 1 - into / self._span
        used = self._now[network] + self._before[network] * weight
        rest = math.ceil(self._span - into)
        if used + 1 > self.allowed:
            return False, 0, rest
        self._now[network] += 1
        return True, int(self.allowed - used - 1), rest


class RateLimits:
    """Counts the requests of each network, searches by themselves; 0 stands for no limit."""

    def __init__(self, app: ASGIApp, *, reads: int, searches: int) -> None:
        self._app = app
        self._reads = Window(reads)
        self._searches = Window(searches)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith(_UNLIMITED):
            await self._app(scope, receive, send)
            return
        name, window = ("searches", self._searches) if _is_search(scope["path"]) else ("reads", self._reads)
        if not window.allowed:
            await self._app(scope, receive, send)
            return
        admitted, left, rest = window.take(network_of(scope), time.monotonic())
        policy = f'"{name}";q={window.allowed};w={_WINDOW_SECONDS}'
        told = [("ratelimit-policy", policy), ("ratelimit", f'"{name}";r={left};t={rest}')]
        if not admitted:
            detail = f"At most {window.allowed} {name} a minute from one network: ask again in {rest} seconds."
            await send_problem(
                scope, receive, send, Problem(429, detail, headers=dict([*told, ("retry-after", str(rest))]))
            )
            return

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                add(message, raw(*told))
            await send(message)

        await self._app(scope, receive, send_told)


def network_of(scope: Scope) -> str:
    """The network of the client: a /24 or a /64, "local" for a socket without addresses."""
    client = scope.get("client")
    return _network(client[0] if client else "")


@lru_cache(maxsize=4_096)
def _network(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:
        return "local"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(ip_network((address, 24), strict=False))


def _is_search(path: str) -> bool:
    return path.startswith(_SEARCHES)
