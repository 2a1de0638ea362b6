"""What a request reads while it is answered: things of many parents at once, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from sms_api.graphql.things import EVENT, Kind, Thing
from sms_catalog.query import Query, resolve
from sms_catalog.venues import city_zones
from sms_database.venues import city_facts


@dataclass(slots=True)
class Reading:
    """One snapshot of the catalog, as one request sees it."""

    connection: Connection
    now: datetime
    usual_city: str
    _known: dict[str, dict[Any, Thing | None]] = field(default_factory=dict)

    def things(self, kind: Kind, keys: Iterable[Any], members: Collection[str]) -> dict[Any, Thing]:
        """Those of these things that readers see, by key."""
        if kind is EVENT:  # its columns are read as they are asked for
            distinct = sorted(set(keys))
            return kind.read(self.connection, distinct, members) if distinct else {}
        known = self._known.setdefault(kind.name, {})
        asked = set(keys)
        if missing := sorted(asked - known.keys()):
            known |= dict.fromkeys(missing) | kind.read(self.connection, missing, members)
        return {key: thing for key in asked if (thing := known[key]) is not None}

    def resolved(self, query: Query) -> Query:
        """The query with the nights that its word means now, in its scene, else in the usual one."""
        if query.when is None:
            return query
        return resolve(query, self.now, timezone_of(self.connection, query.city or self.usual_city))


def timezone_of(connection: Connection, city: str) -> str:
    """The zone of a scene; UTC where there is no such scene."""
    if (facts := city_facts().get(city)) is not None and facts.timezone is not None:
        return facts.timezone
    return city_zones(connection).get(city) or "UTC"


def in_parts(values: Sequence[Any], sizes: Iterable[int]) -> list[Sequence[Any]]:
    """A list cut into parts of these sizes."""
    parts = []
    begin = 0
    for size in sizes:
        parts.append(values[begin : begin + size])
        begin += size
    return parts
