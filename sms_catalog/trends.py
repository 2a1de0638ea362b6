"""What the events of a query are like in sum: how many, how dear, how often called off, how long known before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, text

from sms_catalog.query import Query
from sms_catalog.query_sql import COST, FIRST_SEEN, event_condition

MOST_GROUPS = 60

MOST_WEEKS = 26
"""The last group by lead has this many weeks and more."""

STEP = 10
"""Of the groups by price."""

DEAREST = 200
"""The last group by price has all above it, too."""

_BY_NUMBER = 'shows DESC, label COLLATE "C"'

GROUPS: Mapping[str, tuple[str, str, str, str]] = {
    "week": ("to_char(date_trunc('week', c.night), 'YYYY-MM-DD')", "1", "", "label DESC"),
    "venue": ("max(v.name)", "v.id", "JOIN venues v ON v.id = c.venue_id", _BY_NUMBER),
    "neighborhood": ("v.neighborhood", "1", "JOIN venues v ON v.id = c.venue_id", _BY_NUMBER),
    "genre": ("lower(genre)", "1", "CROSS JOIN unnest(c.genres) AS genre", _BY_NUMBER),
    "kind": ("c.kind", "1", "", _BY_NUMBER),
    "status": ("c.status", "1", "", _BY_NUMBER),
    "lead": (f"lpad(cast(least(greatest(c.lead, 0) / 7, {MOST_WEEKS}) AS text), 2, '0')", "1", "", "label"),
    "price": (
        f"CASE WHEN c.cost IS NOT NULL"  # an unknown cost would be the greatest
        f" THEN lpad(cast(least(ceil(c.cost / {STEP}) * {STEP}, {DEAREST}) AS text), 3, '0') END",
        *("1", "", "label"),
    ),
}
"""By what events may be put together: SQL of its label, what is grouped, what it is joined to, and the order. A week is
named by its Monday; an event of several genres counts in each. "lead" is whole weeks from when an event was first seen
to its night, "03"; "price" the bound up to which its cheapest ticket costs, "020", in the events' own currencies."""

SCALES = frozenset({"lead", "price"})
"""Groups that have an order of their own."""

_SUMS = f"""
WITH c AS (
    SELECT e.night, e.kind, e.status, e.venue_id, e.genres, {COST} AS cost,
        e.night - cast({FIRST_SEEN} AT TIME ZONE coalesce(e.timezone, 'UTC') AS date) AS lead
    FROM events e WHERE {{condition}}
), sums AS (
    SELECT {{label}} AS label, count(*) AS shows, count(*) FILTER (WHERE c.status = 'cancelled') AS cancelled,
        count(*) FILTER (WHERE c.status IN ('postponed', 'rescheduled')) AS moved, count(c.cost) AS priced,
        percentile_disc(0.25) WITHIN GROUP (ORDER BY c.cost) AS low,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY c.cost) AS median,
        percentile_disc(0.75) WITHIN GROUP (ORDER BY c.cost) AS high,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY c.lead) AS lead_days
    FROM c {{joined}} GROUP BY {{group}}
)
SELECT * FROM sums WHERE label IS NOT NULL ORDER BY {{order}} LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Trend:
    """Some of the events, in sum."""

    label: str
    shows: int
    cancelled: int
    moved: int
    """Postponed or rescheduled."""
    priced: int
    """Those of which the cost of the cheapest ticket is known."""
    price_low: Decimal | None
    """A quarter of those cost no more; in the events' own currencies, which are not converted."""
    price_median: Decimal | None
    price_high: Decimal | None
    lead_days: int | None
    """Days from when its first row was first seen to its night, for the half that was known latest."""


def trends(connection: Connection, query: Query, by: str, limit: int = MOST_GROUPS) -> Sequence[Trend]:
    """The events of a resolved query, put together by one of GROUPS: the last weeks in order, all else by number."""
    label, group, joined, order = GROUPS[by]
    condition, parameters = event_condition(query)
    statement = _SUMS.format(condition=condition, label=label, group=group, joined=joined, order=order)
    found = [Trend(*row) for row in connection.execute(text(statement), {**parameters, "limit": limit})]
    return found[::-1] if by == "week" else found
