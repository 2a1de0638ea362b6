"""Counts of requests in memory, until they are kept. Every counted word is our own: none comes from a reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from urllib.parse import unquote_plus

from starlette.types import Scope

from sms_catalog.query_table import PARAMETERS
from sms_database.usage import SLOWNESS_MS, UsageKey, UsageSum

MOST_KEYS = 5_000
"""Different sums in memory: while the database is gone for long, what is new beyond them is lost, and told."""

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "WEBSOCKET"})

_EVENTS = {
    ("GET", "/embed/{page:page}"): "embedded list shown",
    ("GET", "/oembed"): "embedding asked for",
    ("GET", "/bulk/{city}/{kind}.ndjson"): "bulk file downloaded",
    ("GET", "/bulk/{city}/{edition}/{kind}.ndjson"): "bulk file downloaded",
    ("GET", "/live"): "stream opened",
    ("WEBSOCKET", "/ws"): "socket opened",
    ("GET", "/events/{name}/report"): "report form opened",
    ("POST", "/events/{name}/report"): "report sent",
    ("POST", "/venues/{name}/report"): "report sent",
    ("POST", "/artists/{name}/report"): "report sent",
}
"""What readers do beside reading pages, by method and route."""


class UsageCounters:
    """What one process has counted since it was last taken."""

    def __init__(self, clock: Callable[[], datetime], forms: Collection[str] = ()) -> None:
        """`forms`: the endings of addresses of feeds, without a dot."""
        self._clock = clock
        self._forms = sorted(forms, key=len, reverse=True)
        self._sums: dict[UsageKey, UsageSum] = {}
        self.lost = 0
        """Counts for which there was no room."""

    def requested(self, scope: Scope, route: str, status: int | None, milliseconds: float) -> None:
        """Count a request that was answered; `route` is the template of its address, `status` None for a closed one."""
        method = scope.get("method", "WEBSOCKET")
        method = method if method in _METHODS else "OTHER"
        outcome = "closed" if status is None else f"{status // 100}xx"
        self._count("route", f"{method} {route}", outcome, milliseconds)
        for name in _parameters(scope):
            self._count("filter", name, outcome)
        if (form := self._form_of(scope["path"])) is not None:
            self._count("feed", form, outcome)
        found = scope.get("state", {}).get("found")
        if found is not None:
            self._count("search", route, "found" if found else "nothing found")
        if status is not None and status < 400 and (event := _EVENTS.get((method, route))) is not None:
            self._count("event", event, outcome)

    def _form_of(self, path: str) -> str | None:
        """The form of a feed that an address ends in: "ics"."""
        return next((form for form in self._forms if path.endswith(f".{form}")), None)

    def taken(self) -> dict[UsageKey, UsageSum]:
        """All sums, which are counted from nothing again."""
        sums, self._sums = self._sums, {}
        return sums

    def give_back(self, sums: dict[UsageKey, UsageSum]) -> None:
        """Count again what could not be kept."""
        for key, total in sums.items():
            self._add(key, total)

    def _count(self, subject: str, name: str, outcome: str, milliseconds: float | None = None) -> None:
        total = UsageSum(times=1)
        if milliseconds is not None:
            total.milliseconds = milliseconds
            total.by_slowness[sum(milliseconds > bound for bound in SLOWNESS_MS)] = 1
        hour = self._clock().replace(minute=0, second=0, microsecond=0)
        self._add(UsageKey(hour, subject, name, outcome), total)

    def _add(self, key: UsageKey, total: UsageSum) -> None:
        mine = self._sums.get(key)
        if mine is not None:
            mine.add(total)
        elif len(self._sums) < MOST_KEYS:
            self._sums[key] = total
        else:
            self.lost += total.times


def _parameters(scope: Scope) -> Iterator[str]:
    """The parameters of a query that an address names, each once, without their values."""
    asked = scope.get("query_string", b"").decode("latin-1")
    names = {unquote_plus(part.partition("=")[0]) for part in asked.split("&")} if asked else set()
    return (name for name in PARAMETERS if name in names)
