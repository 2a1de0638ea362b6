"""What a stream is about, and where it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from sms_api.calendar import Calendar
from sms_api.problems import Problem
from sms_catalog.query import Query, resolve
from sms_catalog.query_parameters import parse_query
from sms_catalog.query_scopes import scopes_of
from sms_catalog.venues import city_zones
from sms_database.scopes import EVERYTHING
from sms_text.local_hours import tonight


@dataclass(frozen=True, slots=True)
class Topic:
    """The changes that a stream is about."""

    query: Query
    timezone: str

    def scopes(self, calendar: Calendar) -> frozenset[str] | None:
        """The scopes now: those of "tonight" are others tomorrow. None is all."""
        if self.query.when is None:
            return _scopes(self.query, self.timezone, None)
        return _scopes(self.query, self.timezone, tonight(calendar.clock().astimezone(ZoneInfo(self.timezone))))


@lru_cache(maxsize=1_024)
def _scopes(query: Query, timezone: str, night: date | None) -> frozenset[str] | None:
    """Those of a query in a night, kept since each stream asks for them at each change; `night` is None where the query
    has no word for nights.
    """
    if night is not None:
        query = resolve(query, datetime.combine(night, time(12), ZoneInfo(timezone)), timezone)
    scopes = scopes_of(query)
    return None if scopes == [EVERYTHING] else frozenset(scopes)


async def topic_of(calendar: Calendar, parameters: Sequence[tuple[str, str]]) -> Topic:
    """The topic of an address's parameters, which are those of a query, and `since`. Raises InvalidQuery."""
    query = parse_query(parameters, beside=["since"])
    zones = await calendar.catalog.read(city_zones) if query.when is not None else {}
    return Topic(query, zones.get(query.city or calendar.settings.city) or "UTC")


def position_of(asked: str | None, newest: int) -> int:
    """The number after which a stream goes on; without one at the newest. Raises Problem."""
    if asked is None or asked == "":
        return newest
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        raise Problem(422, f"since: {asked[:20]!r} is no number of a change.")
    return int(asked)
