"""What a stream is about, and where it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sms_api.calendar import Calendar
from sms_api.problems import Problem
from sms_catalog.query import Query, resolve
from sms_catalog.query_parameters import parse_query
from sms_catalog.query_scopes import scopes_of
from sms_catalog.venues import city_zones
from sms_database.scopes import EVERYTHING


@dataclass(frozen=True, slots=True)
class Topic:
    """The changes that a stream is about."""

    query: Query
    timezone: str

    def scopes(self, calendar: Calendar) -> frozenset[str] | None:
        """The scopes now: those of "tonight" are others tomorrow. None is all."""
        scopes = scopes_of(resolve(self.query, calendar.clock(), self.timezone))
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
