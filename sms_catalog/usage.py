"""How much the server was used, read from its sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from sqlalchemy import Connection, text

from sms_database.usage import SLOWNESS_MS

_OF_HOURS = """
SELECT hour AS begins, subject, name, outcome, times, milliseconds, by_slowness FROM usage_counts
WHERE hour >= :since AND hour < :until AND (cast(:subject AS text) IS NULL OR subject = :subject)
ORDER BY hour, subject, times DESC, name, outcome
"""

_OF_PERIODS = """
SELECT begins, subject, name, outcome, times, milliseconds, by_slowness FROM usage_rollups
WHERE period = :by AND begins >= :since AND begins < :until AND (cast(:subject AS text) IS NULL OR subject = :subject)
ORDER BY begins, subject, times DESC, name, outcome
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """One sum."""

    begins: date | datetime
    """Of an hour an instant in UTC, of a day or a week a day."""
    subject: str
    name: str
    outcome: str
    times: int
    mean_ms: float | None
    """Milliseconds an answer took; None of what takes no time by itself."""
    p95_ms: int | None
    """The bound below which at least 95 of 100 stayed; None also where that is above the last bound."""


def read_usage(connection: Connection, *, by: str, since: date, until: date, subject: str | None) -> list[Usage]:
    """The sums by hour, day or week that begin from `since` to before `until`, in UTC."""
    statement = _OF_HOURS if by == "hour" else _OF_PERIODS
    asked = {"by": by, "since": since, "until": until, "subject": subject}
    return [
        Usage(
            row.begins,
            row.subject,
            row.name,
            row.outcome,
            row.times,
            row.milliseconds / row.times if any(row.by_slowness) else None,
            _bound_of(row.by_slowness, 0.95),
        )
        for row in connection.execute(text(statement), asked)
    ]


def _bound_of(by_slowness: list[int], share: float) -> int | None:
    wanted = share * sum(by_slowness)
    reached = (bound for bound, below in zip(SLOWNESS_MS, accumulate(by_slowness), strict=False) if below >= wanted)
    return next(reached, None) if wanted else None
