"""Events in sum are what plain Python makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from sms_catalog.query import Query
from sms_catalog.trends import DEAREST, GROUPS, MOST_WEEKS, SCALES, STEP, Trend, trends
from tests.catalog.made_events import MadeEvent, insert_events, is_chosen
from tests.catalog.test_query import EVENTS, UNHURRIED


def labels(event: MadeEvent, by: str) -> Iterator[str | None]:
    match by:
        case "week":
            yield (event.night - timedelta(days=event.night.weekday())).isoformat()
        case "venue":
            yield event.venue and "A room"
        case "neighborhood":
            yield event.venue and event.venue.neighborhood
        case "genre":
            yield from (genre.lower() for genre in event.genres)
        case "lead":
            if event.rows:
                yield f"{min(max(lead(event), 0) // 7, MOST_WEEKS):02}"
        case "price":
            if (price := cost(event)) is not None:
                yield f"{min(ceil(price / STEP) * STEP, DEAREST):03}"
        case _:
            yield getattr(event, by)


def cost(event: MadeEvent) -> Decimal | None:
    if event.price_min is not None:
        return event.price_min
    return Decimal(0) if event.is_free else event.price_max


def lead(event: MadeEvent) -> int:
    """Days from when it was first seen to its night."""
    return (event.night - min(seen for _, seen in event.rows).astimezone(ZoneInfo(event.timezone or "UTC")).date()).days


def share(values: Sequence[Any], part: float) -> Any:
    return sorted(values)[max(0, ceil(len(values) * part) - 1)] if values else None


def in_sum(label: str, events: Sequence[MadeEvent]) -> Trend:
    costs = [price for event in events if (price := cost(event)) is not None]
    leads = [lead(event) for event in events if event.rows]
    return Trend(
        label,
        len(events),
        sum(event.status == "cancelled" for event in events),
        sum(event.status in ("postponed", "rescheduled") for event in events),
        len(costs),
        *(share(costs, part) for part in (0.25, 0.5, 0.75)),
        share(leads, 0.5),
    )


def plain(trend: Trend) -> tuple[object, ...]:
    return tuple(float(value) if isinstance(value, Decimal) else value for value in astuple(trend))


@pytest.mark.parametrize("by", GROUPS)
@settings(UNHURRIED, max_examples=12)
@given(events=EVENTS, query=st.sampled_from([Query(), Query(city="seattle"), Query(kinds=["show"])]))
def test_sums_are_those_of_plain_python(world: Engine, by: str, events: list[MadeEvent], query: Query) -> None:
    grouped: dict[tuple[str, object], list[MadeEvent]] = defaultdict(list)
    for event in events:
        if is_chosen(event, query):
            for label in labels(event, by):
                if label is not None:
                    room = event.venue.id if by == "venue" and event.venue else None
                    grouped[label, room].append(event)
    with world.connect() as connection:
        insert_events(connection, events)
        found = trends(connection, query, by)
    expected = [in_sum(label, of) for (label, _), of in grouped.items()]
    assert sorted(map(plain, found), key=repr) == sorted(map(plain, expected), key=repr)
    order = [trend.label if by in {"week", *SCALES} else -trend.shows for trend in found]
    assert order == sorted(order)
