"""Queries of every kind, for hypothesis."""

from __future__ import annotations

from datetime import UTC, time
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from sms_catalog.query import ORDERS, ROOM_SIZES, WHENS, Query, hour_of_night
from sms_database.vocabulary import EVENT_KINDS, EVENT_STATUSES

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9_]{0,12}", fullmatch=True)
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufffd")
NAMES = st.text(LETTERS, min_size=1, max_size=20)
HOURS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(values, min_size=1, max_size=4)


@st.composite
def addressed_queries(draw: st.DrawFn) -> Query:
    """A query that an address can say."""
    fields: dict[str, Any] = {
        "ids": draw(some(st.uuids())),
        "city": draw(st.none() | SLUGS.filter(lambda slug: slug not in ("all", "null", "none", "nan", "undefined"))),
        "venues": draw(some(st.uuids())),
        "venue_keys": draw(some(st.sampled_from(["blue_moon", "neumos", "barboza"]))),
        "artist": draw(st.none() | st.uuids()),
        "neighborhoods": draw(some(st.sampled_from(["Capitol Hill", "CAPITOL-HILL", "Ballard", "Überlingen"]))),
        "genres": draw(some(st.sampled_from(["Hip-Hop", "hip hop", "R&B", "ジャズ", "Café"]))),
        "sources": draw(some(st.sampled_from(["blue_moon", "Paper & Ink", "a/b", "ä"]))),
        "price_max": draw(st.none() | st.decimals(0, 9_999, places=2)),
        "age": draw(st.none() | st.integers(0, 120)),
        "kinds": draw(some(st.sampled_from(EVENT_KINDS))),
        "statuses": draw(some(st.sampled_from(EVENT_STATUSES))),
        "room_sizes": draw(some(st.sampled_from(list(ROOM_SIZES)))),
        "words": draw(st.none() | NAMES.filter(str.strip)),
        "order": draw(st.sampled_from(ORDERS)),
        "at": draw(st.none() | st.dates() | st.datetimes(timezones=st.just(UTC))),
    }
    if fields["price_max"] is None:
        fields["is_free"] = draw(st.none() | st.booleans())
    if draw(st.booleans()):
        fields["near"] = draw(st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
        fields["km"] = float(draw(st.decimals(Decimal("0.01"), 500, places=2)))
    if draw(st.booleans()):
        fields["when"] = draw(st.none() | st.sampled_from(WHENS))
    else:
        fields["first_night"], fields["last_night"] = draw(ranges(st.dates()))
    fields["first_day"], fields["last_day"] = draw(ranges(st.dates()))
    fields["starts_after"], fields["starts_before"] = draw(ranges(HOURS, hour_of_night))
    return Query(**fields)


@st.composite
def ranges(draw: st.DrawFn, values: st.SearchStrategy[Any], key: Any = None) -> tuple[Any, Any]:
    """Two in order, either of which may be missing."""
    first, last = sorted([draw(values), draw(values)], key=key)
    return draw(st.sampled_from([None, first])), draw(st.sampled_from([None, last]))
