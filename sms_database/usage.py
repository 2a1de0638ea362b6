"""Counts of what is asked of the server: sums by hour, then by day and week. They tell of nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from sms_database.locks import USAGE

USAGE_SUBJECTS = ("route", "filter", "search", "feed", "event")
"""route: method and template of an address, by status class. filter: a parameter of a query. search: found or nothing.
feed: a form in which programs poll, by kind of page. event: what readers do beside reading."""

SLOWNESS_MS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000)
"""Upper bounds of the classes of milliseconds; one more class holds what took longer."""

ROLLUP_PERIODS = ("day", "week")
"""A week begins on Monday. Days are those of UTC."""


class UsageKey(NamedTuple):
    """What is counted. No part of it comes from a reader's own words."""

    hour: datetime
    """UTC, its beginning."""
    subject: str
    """One of USAGE_SUBJECTS."""
    name: str
    outcome: str


@dataclass(slots=True)
class UsageSum:
    """How often, and how long it took; of subjects without a duration the latter is 0."""

    times: int = 0
    milliseconds: float = 0.0
    by_slowness: list[int] = field(default_factory=lambda: [0] * (len(SLOWNESS_MS) + 1))

    def add(self, other: UsageSum) -> None:
        """Count what another one counted, too."""
        self.times += other.times
        self.milliseconds += other.milliseconds
        self.by_slowness = [mine + theirs for mine, theirs in zip(self.by_slowness, other.by_slowness, strict=True)]


_ADD = """
INSERT INTO usage_counts AS u (hour, subject, name, outcome, times, milliseconds, by_slowness)
VALUES (:hour, :subject, :name, :outcome, :times, :milliseconds, :by_slowness)
ON CONFLICT (hour, subject, name, outcome) DO UPDATE SET times = u.times + excluded.times,
    milliseconds = u.milliseconds + excluded.milliseconds,
    by_slowness = (SELECT array_agg(a + b ORDER BY n)
        FROM unnest(u.by_slowness, excluded.by_slowness) WITH ORDINALITY AS classes (a, b, n))
"""

_ROLL_UP = """
WITH classes AS (
    SELECT date_trunc(:period, hour AT TIME ZONE 'UTC')::date AS begins, subject, name, outcome, n, sum(class) AS class
    FROM usage_counts, unnest(by_slowness) WITH ORDINALITY AS slowness (class, n)
    WHERE hour >= :since AND hour < :until GROUP BY 1, 2, 3, 4, 5
), sums AS (
    SELECT date_trunc(:period, hour AT TIME ZONE 'UTC')::date AS begins, subject, name, outcome,
        sum(times) AS times, sum(milliseconds) AS milliseconds
    FROM usage_counts WHERE hour >= :since AND hour < :until GROUP BY 1, 2, 3, 4
)
INSERT INTO usage_rollups (period, begins, subject, name, outcome, times, milliseconds, by_slowness)
SELECT :period, s.begins, s.subject, s.name, s.outcome, s.times, s.milliseconds,
    (SELECT array_agg(c.class ORDER BY c.n) FROM classes c
     WHERE (c.begins, c.subject, c.name, c.outcome) = (s.begins, s.subject, s.name, s.outcome))
FROM sums s
ON CONFLICT (period, begins, subject, name, outcome) DO UPDATE SET times = excluded.times,
    milliseconds = excluded.milliseconds, by_slowness = excluded.by_slowness
"""


def add_usage(connection: Connection, counted: Mapping[UsageKey, UsageSum]) -> None:
    """Add what a process has counted. In the order of keys, so that processes do not wait for each other in a ring."""
    rows = [
        {
            **key._asdict(),
            "times": total.times,
            "milliseconds": total.milliseconds,
            "by_slowness": total.by_slowness,
        }
        for key, total in sorted(counted.items())
    ]
    if rows:
        connection.execute(text(_ADD), rows)


def roll_up_usage(connection: Connection, *, since: date, until: date) -> bool:
    """Sum the hours of whole weeks from `since`, a Monday, to before `until`, by day and by week.

    Returns whether this was done: of several processes one does it at a time. Done twice, it changes nothing.
    """
    if not connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({USAGE})")):
        return False
    for period in ROLLUP_PERIODS:
        connection.execute(text(_ROLL_UP), {"period": period, "since": since, "until": until})
    return True


def forget_hours(connection: Connection, before: date) -> int:
    """Delete the hours before a day, whose sums by day and week stay; returns how many rows that were."""
    return connection.execute(text("DELETE FROM usage_counts WHERE hour < :before"), {"before": before}).rowcount
