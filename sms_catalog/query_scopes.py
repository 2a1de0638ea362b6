"""Which scopes a query looks at: whatever changes what it finds concerns one of them. Pure."""

from __future__ import annotations

from datetime import timedelta

from sms_catalog.query import Query
from sms_database.ids import described_venue_uuid
from sms_database.scopes import CATALOG, EVERYTHING, city_scope, entity_scope, night_scope

MOST_NIGHTS = 31
"""A query of more nights looks at its whole city."""


def scopes_of(query: Query) -> list[str]:
    """The scopes of a resolved query, the fewest that hold all that it can find, and the catalog's.

    Each change that lets an event in, or out, or look otherwise, concerns one of them.
    """
    found = _narrow(query)
    return [EVERYTHING] if found is None else [CATALOG, *sorted(found)]


def _narrow(query: Query) -> set[str] | None:
    if query.ids is not None:
        return {entity_scope("event", event_id) for event_id in query.ids}
    if query.artist is not None:
        return {entity_scope("artist", query.artist)}
    if query.venues is not None or query.venue_keys is not None:
        described = [described_venue_uuid(key) for key in query.venue_keys or ()]
        return {entity_scope("venue", venue_id) for venue_id in (*(query.venues or ()), *described)}
    if query.city is None:
        return None
    first, last = query.first_night, query.last_night
    if first is None or last is None or (last - first).days >= MOST_NIGHTS:
        return {city_scope(query.city)}
    return {night_scope(query.city, first + timedelta(days=day)) for day in range((last - first).days + 1)}
