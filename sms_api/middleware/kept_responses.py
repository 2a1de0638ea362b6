"""The answers that a process keeps, each until something changes that it tells of."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from sms_api.edge import EdgeHeaders
from sms_catalog.changes import Change

KEPT_FOR = timedelta(minutes=1)
"""How long an answer is kept that says something of the time, or of crawls."""

_RECENT = 1_000

_SETTLING_SECONDS = 0.3

_REMADE = 16
"""Answers that are made anew after changes."""

RawHeaders = Sequence[tuple[bytes, bytes]]

OUTCOMES = ("hit", "not modified", "miss", "made anew", "stale", "not kept")
"""hit: given as it was kept. not modified: the client had it. miss: made for who asked. made anew: by the process
itself, after a change. stale: what was known last, while nothing could be read. not kept: none that is kept.
"""


class Key(NamedTuple):
    """Which answer: each form of an address is kept by itself."""

    scheme: str
    host: str
    """Pages name their own address."""
    path: str
    query: bytes
    """The parameters in order."""
    encoding: str | None


def without_content(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """The headers of an answer that has no body."""
    return [(name, value) for name, value in headers if not name.startswith(b"content-")]


@dataclass(slots=True)
class Kept:
    """An answer, and whether it still holds."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: str
    scopes: frozenset[str]
    made_at: datetime
    holds_until: datetime
    route: Any = None
    """The route that made it, for the log."""
    has_found: bool | None = None
    """Did a search find anything? None of what is no search."""
    is_outdated: bool = False
    not_modified: list[tuple[bytes, bytes]] = field(init=False)
    """The headers where the client has it already."""

    def __post_init__(self) -> None:
        self.not_modified = without_content(self.headers)

    @property
    def size(self) -> int:
        """Bytes that it takes, more or less."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 500

    def holds(self, now: datetime) -> bool:
        """May it be given as it is?"""
        return not self.is_outdated and now < self.holds_until


@dataclass(frozen=True, slots=True)
class Remember:
    """What a handler says of its answer."""

    scopes: frozenset[str]
    until: datetime


def remember(request: HTTPConnection, scopes: Iterable[str], until: datetime) -> None:
    """Have the answer to this request kept until one of these scopes changes, and until an instant at most."""
    request.scope.setdefault("state", {})["remember"] = Remember(frozenset(scopes), until)


@dataclass
class KeptResponses:
    """The answers that a process keeps, the least recently asked for given up first."""

    most_bytes: int
    clock: Callable[[], datetime]
    edge: EdgeHeaders | None = None
    """What answers tell a cache before the server."""
    make: Callable[[Key, ASGIApp], Awaitable[None]] | None = None
    """Makes the answer of a key though nobody asks, and has it kept."""
    served: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often, by namespace (`response_cache.namespace`) and outcome (OUTCOMES)."""

    def __post_init__(self) -> None:
        self.began_at = self.clock()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._by_scope: defaultdict[str, set[Key]] = defaultdict(set)
        self._bytes = 0
        self._count = 0
        self._recent: deque[frozenset[str]] = deque(maxlen=_RECENT)
        """The scopes of the last changes: of an answer under way it is known whether any concerns it."""
        self.some_outdated = asyncio.Event()
        """Set when answers have become outdated; whoever makes them anew clears it."""

    @property
    def answers(self) -> int:
        """How many are kept."""
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """How much they take, more or less."""
        return self._bytes

    @property
    def count(self) -> int:
        """How many changes this process has seen."""
        return self._count

    def outdate(self, changes: Sequence[Change]) -> None:
        """Let no answer hold that tells of what these changes concern."""
        for change in changes:
            self._count += 1
            self._recent.append(frozenset(change.scopes))
            for scope in change.scopes:
                for key in self._by_scope.get(scope, ()):
                    self._kept[key].is_outdated = True
                    self.some_outdated.set()

    def outdate_all(self) -> None:
        """Let no answer hold: changes may have been missed."""
        self._count += _RECENT + 1
        self._recent.clear()
        for kept in self._kept.values():
            kept.is_outdated = True
            self.some_outdated.set()

    def outdated(self, most: int) -> list[Key]:
        """The outdated answers that were asked for last, at most so many."""
        return [key for key in reversed(self._kept) if self._kept[key].is_outdated][:most]

    async def make_outdated(self, application: ASGIApp) -> None:
        """Make the answers anew that were asked for last, as soon as they are outdated, until it is cancelled.

        So tonight and the weekend are ready after a build, before the next reader asks. A build changes much at once:
        it waits a moment.
        """
        while True:
            await self.some_outdated.wait()
            self.some_outdated.clear()
            await asyncio.sleep(_SETTLING_SECONDS)
            for key in self.outdated(_REMADE):
                if self.make is not None:
                    await self.make(key, application)

    def get(self, key: Key) -> Kept | None:
        """An answer, whether it holds or not."""
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: Key, kept: Kept, count: int) -> None:
        """Keep an answer; outdated where something that it tells of has changed since `count`, while it was made."""
        since = self._count - count
        missed = list(self._recent)[-since:] if since else []
        kept.is_outdated = since > len(self._recent) or not all(map(kept.scopes.isdisjoint, missed))
        self.drop(key)
        if kept.size > self.most_bytes // 8:
            return
        self._kept[key] = kept
        self._bytes += kept.size
        for scope in kept.scopes:
            self._by_scope[scope].add(key)
        while self._bytes > self.most_bytes:
            self.drop(next(iter(self._kept)))

    def drop(self, key: Key) -> None:
        """Forget an answer."""
        if (kept := self._kept.pop(key, None)) is not None:
            self._bytes -= kept.size
            for scope in kept.scopes:
                keys = self._by_scope[scope]
                keys.discard(key)
                if not keys:
                    del self._by_scope[scope]
