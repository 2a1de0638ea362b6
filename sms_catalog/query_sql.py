"""A query as SQL: the one place where what is asked becomes a condition. Every value is a bound parameter."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sms_catalog.query import ACCENTS, ROOM_SIZES, SIGNS, Query, hour_of_night
from sms_catalog.search import search_query
from sms_database.ids import described_venue_uuid
from sms_text.local_hours import NIGHT_ENDS

_PLAIN_NAME = f"""lower(regexp_replace(normalize({{name}}, NFKD), '{ACCENTS}', '', 'g') COLLATE "C")"""

FOLDED_NAME = f"btrim(regexp_replace(replace({_PLAIN_NAME}, '&', ' and '), '{SIGNS}', ' ', 'g'), ' ')"
"""SQL for what `sms_catalog.query.folded_name` makes of a name."""

COST = "coalesce(e.price_min, CASE WHEN e.is_free THEN 0 END, e.price_max)"
"""What the cheapest ticket costs, at most where only the dearest is known; NULL where nothing is."""

FIRST_SEEN = """(
    SELECT min(r.first_seen_at) FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id WHERE s.event_id = e.id
)"""
"""When the first of an event's rows was first seen."""

_HOUR_OF_NIGHT = f"""cast(
    coalesce(e.starts_at, e.doors_at) AT TIME ZONE e.timezone - make_interval(hours => {NIGHT_ENDS}) AS time)"""

_EARTH_KM = 6_371.0
"""Mean radius."""

_KM_AWAY = f"""2 * {_EARTH_KM} * asin(least(1, sqrt(
    sin(radians(latitude - :latitude) / 2) ^ 2
    + cos(radians(:latitude)) * cos(radians(latitude)) * sin(radians(longitude - :longitude) / 2) ^ 2)))"""

_SIZE_CASES = " ".join(
    f"WHEN capacity >= {least}" + (f" AND capacity <= {most}" if most else "") + f" THEN '{size}'"
    for size, (least, most) in ROOM_SIZES.items()
)


def _of_rooms(condition: str) -> str:
    """That the room of an event is such a one. The rooms are read once, and no plan begins with them: they are many."""
    return f"(e.venue_id IN (SELECT id FROM venues WHERE {condition})) IS TRUE"


_CONDITIONS: Mapping[str, str] = {
    "ids": """e.id IN (
        SELECT unnest(cast(:ids AS uuid[]))
        UNION SELECT to_id FROM redirects WHERE from_id = ANY(cast(:ids AS uuid[])))""",
    "city": "e.city = :city",
    "first_night": "e.night >= :first_night",
    "last_night": "e.night <= :last_night",
    "first_day": "e.event_day >= :first_day",
    "last_day": "e.event_day <= :last_day",
    "starts_after": f"{_HOUR_OF_NIGHT} >= :starts_after",
    "starts_before": f"{_HOUR_OF_NIGHT} <= :starts_before",
    "venues": """e.venue_id IN (
        SELECT id FROM venues WHERE id = ANY(cast(:venues AS uuid[])) OR parent_id = ANY(cast(:venues AS uuid[])))""",
    "artist": "e.id IN (SELECT event_id FROM event_artists WHERE artist_id = :artist)",
    "neighborhoods": _of_rooms(f"""neighborhood = ANY(ARRAY(
        SELECT name FROM (SELECT DISTINCT neighborhood AS name FROM venues) AS hoods
        WHERE {FOLDED_NAME.format(name="name")} = ANY(:neighborhoods)))"""),
    "near": _of_rooms(f"{_KM_AWAY} <= :km"),
    "price_max": f"{COST} <= :price_max",
    "is_free": "e.is_free = :is_free",
    "age": "e.min_age <= :age",
    "kinds": "e.kind = ANY(:kinds)",
    "genres": f"""EXISTS (
        SELECT FROM unnest(e.genres) AS genre WHERE {FOLDED_NAME.format(name="genre")} = ANY(:genres))""",
    "sources": """EXISTS (
        SELECT FROM event_sources s JOIN raw_events r ON r.id = s.raw_event_id
        WHERE s.event_id = e.id AND r.source = ANY(:sources))""",
    "statuses": "e.status = ANY(:statuses)",
    "room_sizes": _of_rooms(f"CASE {_SIZE_CASES} END = ANY(:room_sizes)"),
    "words": "e.search @@ websearch_to_tsquery('simple', :words)",
}


def event_condition(query: Query) -> tuple[str, dict[str, Any]]:
    """What a query says of events `e`, as an SQL condition and its parameters.

    Of an earlier time (`at`) it is one on the tables of then, which `sms_catalog.as_of.past_tables` makes. Raises
    ValueError for a query whose word for nights was not resolved, or that lacks one of `near` and `km`.
    """
    if query.when is not None:
        raise ValueError(f"resolve the query first: its nights are {query.when!r}")
    if (query.near is None) != (query.km is None):
        raise ValueError("near and km go together")
    asked = {name: value for name in _CONDITIONS if (value := getattr(query, name)) is not None}
    if query.venue_keys is not None:
        asked["venues"] = (*(query.venues or ()), *map(described_venue_uuid, query.venue_keys))
    conditions = [_CONDITIONS[name] for name in _CONDITIONS if name in asked]
    if query.hidden is not None:
        conditions.append("e.is_hidden" if query.hidden else "NOT e.is_hidden")  # as partial indexes have it
    parameters = {name: list(map(str, value)) if isinstance(value, tuple) else value for name, value in asked.items()}
    if query.words is not None:
        parameters["words"] = search_query(query.words)
    for name in ("starts_after", "starts_before"):
        if name in asked:
            parameters[name] = time(*divmod(hour_of_night(asked[name]), 60))
    if parameters.pop("near", None) is not None and query.near is not None:
        parameters |= {"latitude": query.near[0], "longitude": query.near[1], "km": query.km}
    return " AND ".join(conditions) or "true", parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """One of the values by which events are put in order; NULL comes last."""

    sql: str
    read: Callable[[str], Any]
    """From its ISO or decimal text."""
    may_be_null: bool = False
    is_descending: bool = False


def _cost(given: str) -> Decimal:
    if re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,12})?", given) is None:
        raise ValueError(f"{given!r} is no amount")
    return Decimal(given)


_ID = SortKey(sql="e.id", read=uuid.UUID)
_NIGHT = SortKey(sql="e.night", read=date.fromisoformat)
_DAY = SortKey(sql="e.event_day", read=date.fromisoformat)
_STARTS_AT = SortKey(sql="e.starts_at", read=datetime.fromisoformat, may_be_null=True)
_COST = SortKey(sql=COST, read=_cost, may_be_null=True)
_NEWEST = SortKey(sql=FIRST_SEEN, read=datetime.fromisoformat, is_descending=True)

SORT_KEYS: Mapping[str, Sequence[SortKey]] = {
    "time": (_NIGHT, _STARTS_AT, _ID),
    "day": (_DAY, _STARTS_AT, _ID),
    "new": (_NEWEST, _ID),
    "price": (_COST, _NIGHT, _STARTS_AT, _ID),
}
"""By the orders of a query; the last key differs between any two events."""


def order_by(query: Query, names: Sequence[str] | None = None) -> str:
    """The order of a query, for ORDER BY; `names` are other names of its sort keys."""
    keys = SORT_KEYS[query.order]
    return ", ".join(
        f"{name}{' DESC' if key.is_descending else ''}{' NULLS LAST' if key.may_be_null else ''}"
        for name, key in zip(names or [key.sql for key in keys], keys, strict=True)
    )


def after(query: Query, last: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """That an event comes later in a query's order than these sort keys, as a condition and its parameters."""
    keys = SORT_KEYS[query.order]
    ways = []
    for number, key in enumerate(keys):
        if last[number] is not None:  # nothing comes later than NULL
            same = [_same(key, before, last[before]) for before, key in enumerate(keys[:number])]
            ways.append(" AND ".join([*same, _later(key, number, ">")]))
    # Said by itself as well, so that an index on the first key begins there.
    begins = _same(keys[0], 0, None) if last[0] is None else _later(keys[0], 0, ">=")
    parameters = {f"last_{number}": value for number, value in enumerate(last) if value is not None}
    return f"{begins} AND ({' OR '.join(f'({way})' for way in ways)})", parameters


def _later(key: SortKey, number: int, sign: str) -> str:
    sign = sign.replace(">", "<") if key.is_descending else sign
    later = f"{key.sql} {sign} :last_{number}"
    return f"({later} OR {key.sql} IS NULL)" if key.may_be_null else later


def _same(key: SortKey, number: int, value: Any) -> str:
    return f"{key.sql} IS NULL" if value is None else f"{key.sql} = :last_{number}"
