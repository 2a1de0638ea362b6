"""The public state of an event, a venue, an artist: all that readers see of it and that is its own.

An event's state names its venue by id and its rows by key: what the venue is called is the venue's, and where a row can
be opened is the row's. A hidden event has none.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, text

from sms_database.event_fields import EVENT_FIELDS

State = Mapping[str, Any]

_COLUMNS = ", ".join(
    f"e.{column}"
    for column in (
        *("city", "night", "slug", "timezone", "venue_id"),
        *(field.column for field in EVENT_FIELDS if field.column not in (None, "venue_id")),
    )
)

_EVENTS = f"""
SELECT e.id, to_jsonb(s) AS state FROM events e, LATERAL (
    SELECT {_COLUMNS}, coalesce((
            SELECT json_agg(json_build_object('id', a.artist_id, 'name', a.billed_as, 'role', a.role)
                ORDER BY a.position)
            FROM event_artists a WHERE a.event_id = e.id
        ), '[]') AS artists, (
            SELECT json_agg(r.source || '/' || r.source_event_id
                ORDER BY r.source || '/' || r.source_event_id COLLATE "C")
            FROM event_sources x JOIN raw_events r ON r.id = x.raw_event_id WHERE x.event_id = e.id
        ) AS rows
) AS s
WHERE NOT e.is_hidden AND e.id = ANY(cast(:ids AS uuid[]))
"""

_VENUES = """
SELECT v.id, to_jsonb(s) AS state FROM venues v, LATERAL (
    SELECT v.key, v.city, v.name, v.slug, v.address, v.town, v.region, v.postal_code, v.country, v.latitude,
        v.longitude, v.timezone, v.neighborhood, v.capacity, v.website, v.parent_id,
        ARRAY(SELECT alias FROM venue_aliases a WHERE a.venue_id = v.id ORDER BY alias COLLATE "C") AS aliases
) AS s
WHERE v.id = ANY(cast(:ids AS uuid[]))
"""

_ARTISTS = """
SELECT a.id, to_jsonb(s) AS state FROM artists a, LATERAL (
    SELECT a.name, a.slug,
        ARRAY(SELECT alias FROM artist_aliases l WHERE l.artist_id = a.id ORDER BY alias COLLATE "C") AS aliases,
        coalesce((
            SELECT json_agg(json_build_object('kind', kind, 'value', value)
                ORDER BY kind COLLATE "C", value COLLATE "C")
            FROM artist_links l WHERE l.artist_id = a.id
        ), '[]') AS links
) AS s
WHERE a.id = ANY(cast(:ids AS uuid[]))
"""

_OF: Mapping[str, str] = {"event": _EVENTS, "venue": _VENUES, "artist": _ARTISTS}


def states(connection: Connection, entity: str, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, State]:
    """The public states of those of these that have one; `entity` is event, venue or artist.

    Values are JSON: days and instants as ISO, instants in UTC, prices as numbers.
    """
    if not ids:
        return {}
    rows = connection.execute(text(_OF[entity]), {"ids": sorted(map(str, ids))})
    return {row.id: row.state for row in rows}


def difference(before: State | None, after: State | None) -> tuple[State | None, State | None]:
    """What a change keeps: of two states the fields that differ, of one that comes or goes the whole of it."""
    if before is None or after is None:
        return before, after
    differing = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in differing}, {name: after[name] for name in differing}
