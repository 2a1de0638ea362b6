"""How many events each further choice would leave: counts by neighborhood, kind, price, age, genre and source."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from sms_catalog.query import ALL_AGES, Query, folded_name
from sms_catalog.query_sql import COST, event_condition
from sms_catalog.query_values import age_text

FACETS: Mapping[str, Sequence[str]] = {
    "hood": ("neighborhoods",),
    "kind": ("kinds",),
    "price": ("price_max", "is_free"),
    "age": ("age",),
    "genre": ("genres",),
    "source": ("sources",),
}
"""The facets by the parameters that choose one of their values, with the fields of a query that they leave out."""

PRICES = (10, 20, 30, 50)
"""Of the price facet, beside what is free."""

AGES = (ALL_AGES, 18, 21)

TIME_LIMIT = timedelta(milliseconds=60)

_QUERY_CANCELED = "57014"


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A choice of a facet."""

    parameter: str
    """Of the address: the facet's, or `free`."""
    value: str
    """As the address has it."""
    label: str
    """As most of the events spell it."""
    count: int
    """Events that the query would choose with this value in place of those that it has there."""


# Of each facet, its values and how many of `chosen` have each; {others}: what the filters of the other facets say.
_COUNTS: Mapping[str, str] = {
    "hood": """SELECT 'hood', v.neighborhood, count(*) FROM chosen c JOIN venues v ON v.id = c.venue_id
        WHERE v.neighborhood IS NOT NULL AND {others} GROUP BY 2""",
    "kind": "SELECT 'kind', c.kind, count(*) FROM chosen c WHERE {others} GROUP BY 2",
    "price": f"""SELECT 'free', 'yes', count(*) FROM chosen c WHERE c.is_free AND {{others}}
        UNION ALL SELECT 'price', cast(price AS text), count(*)
        FROM chosen c JOIN unnest(ARRAY{list(PRICES)}) AS price ON c.cost <= price WHERE {{others}} GROUP BY price""",
    "age": f"""SELECT 'age', cast(age AS text), count(*)
        FROM chosen c JOIN unnest(ARRAY{list(AGES)}) AS age ON c.min_age <= age WHERE {{others}} GROUP BY age""",
    "genre": """SELECT 'genre', cast(to_json(c.genres) AS text), count(*) FROM chosen c
        WHERE c.genres <> '{{}}' AND {others} GROUP BY c.genres""",
    "source": """SELECT 'source', r.source, count(DISTINCT c.id)
        FROM chosen c JOIN event_sources s ON s.event_id = c.id JOIN raw_events r ON r.id = s.raw_event_id
        WHERE {others} GROUP BY 2""",
}

_CHOSEN = """WITH chosen AS MATERIALIZED (
    SELECT e.id, e.venue_id, e.kind, e.genres, e.is_free, e.min_age, {cost} AS cost{filters}
    FROM events e WHERE {condition}
) {counts}"""


def facets(
    connection: Connection, query: Query, names: Collection[str] = tuple(FACETS), time_limit: timedelta = TIME_LIMIT
) -> Mapping[str, Sequence[FacetCount]] | None:
    """The counts of these facets, each without its own filter, largest first; None where counting takes too long.

    Prices and ages count all that is at most so dear, and all that lets in so young a person.
    """
    if query.at is not None:  # only what is, is counted
        return None
    statement, parameters = _statement(query, names)
    attempt = connection.begin_nested()
    try:
        milliseconds = max(1, round(time_limit / timedelta(milliseconds=1)))
        connection.execute(text("SELECT set_config('statement_timeout', :limit, true)"), {"limit": str(milliseconds)})
        rows = connection.execute(text(statement), parameters).all()
    except OperationalError as problem:
        if getattr(problem.orig, "sqlstate", None) == _QUERY_CANCELED:
            return None
        raise
    finally:
        attempt.rollback()  # nothing was written, and the limit ends with it
    return _facets(names, [(parameter, value, count) for parameter, value, count in rows])


def _statement(query: Query, names: Collection[str]) -> tuple[str, dict[str, Any]]:
    """One statement for all facets: the events that any of them counts, each with which filters it passes."""
    left_out: dict[str, Any] = {field: None for name in names for field in FACETS[name]}
    condition, parameters = event_condition(replace(query, **left_out))
    filters = {}
    for name in names:
        own = {field: getattr(query, field) for field in FACETS[name]}
        if any(value is not None for value in own.values()):
            filters[name], of_filter = event_condition(Query(**own, hidden=None))
            parameters |= of_filter
    chosen = "".join(f", ({passes}) IS TRUE AS passes_{name}" for name, passes in filters.items())
    counts = [
        _COUNTS[name].format(others=" AND ".join(f"c.passes_{other}" for other in filters if other != name) or "true")
        for name in names
    ]
    return _CHOSEN.format(cost=COST, filters=chosen, condition=condition, counts=" UNION ALL ".join(counts)), parameters


def _facets(names: Collection[str], rows: Iterable[tuple[str, str, int]]) -> Mapping[str, Sequence[FacetCount]]:
    counted: dict[str, list[FacetCount]] = {name: [] for name in names}
    spelled: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for parameter, value, count in rows:
        if parameter == "hood":
            spelled[parameter, folded_name(value)][value] += count
        elif parameter == "genre":
            for name, genre in {folded_name(genre): genre for genre in json.loads(value)}.items():
                spelled[parameter, name][genre] += count
        elif count:
            facet = "price" if parameter == "free" else parameter
            shown = age_text(int(value)) if parameter == "age" else value
            counted[facet].append(FacetCount(parameter, shown, shown, count))
    for (parameter, name), spellings in spelled.items():
        if name:
            label = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
            counted[parameter].append(FacetCount(parameter, name, label, spellings.total()))
    for counts in counted.values():
        counts.sort(key=lambda each: (-each.count, each.parameter, each.value))
    return counted
