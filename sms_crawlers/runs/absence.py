"""What a run did not see: counted before it is judged, and borne witness to where it is judged ok.

Absence is a claim that needs witnesses. The first good run of a complete listing that does not see a row only notes it
(`missed_at`); a second one, on another day, marks the row unlisted. Seen in between, it is missed no more. A show that
has come back under another id is not missed: its new row takes the place of the old one at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from sms_crawlers.runs.verdict import Absence
from sms_database.raw_store import mark_dirty

WITNESSES_APART = timedelta(hours=6)
"""Two runs around midnight are on different days, and still see the same trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The days that a run's listing covers, and the rows of which the source itself says that they are gone."""

    source: str
    run_id: int
    started_at: datetime
    first_day: date
    """The first local day that the run lists."""
    days: int | None
    """How many days on it reaches; None: without limit."""
    timezone: str
    """IANA zone in which days are told apart."""
    gone: Sequence[str] = ()
    """Ids of the source."""
    quarantined: int = 0
    """How many records of the run could not be read."""

    @property
    def parameters(self) -> dict[str, Any]:
        """Of the statements here."""
        last_day = self.first_day + timedelta(days=self.days) if self.days is not None else date.max
        return {
            "source": self.source,
            "run_id": self.run_id,
            "started_at": self.started_at,
            "first_day": self.first_day,
            "last_day": last_day,
            "zone": self.timezone,
            "gone": list(self.gone),
            "quarantined": self.quarantined,
            "apart": WITNESSES_APART,
        }


_IN_WINDOW = "r.source = :source AND r.event_day BETWEEN :first_day AND :last_day"

# An old recording is no witness of what a later run saw. What is past is never missed.
_NOT_SEEN = f"""
{_IN_WINDOW} AND r.unlisted_at IS NULL AND r.crawl_run_id IS DISTINCT FROM :run_id AND r.last_seen_at <= :started_at
"""

# A row of the same night, title and hour that has appeared since this one was last seen.
_HAS_ANOTHER_ID = """
EXISTS (SELECT FROM raw_events n WHERE n.source = r.source AND n.event_day = r.event_day AND n.crawl_run_id = :run_id
    AND n.event_name = r.event_name AND n.data->>'start_time' IS NOT DISTINCT FROM r.data->>'start_time'
    AND n.first_seen_at > r.last_seen_at)
"""

_MISSED = f"{_NOT_SEEN} AND r.source_event_id <> ALL (:gone) AND NOT {_HAS_ANOTHER_ID}"

_LAST_GOOD_RUN = """
(SELECT id FROM crawl_runs WHERE source = :source AND verdict = 'ok' AND id <> :run_id ORDER BY id DESC LIMIT 1)
"""

# Rows that follow each other in the listing's order and were all missed are a gap: number them among all and among
# their like, and the difference is the same within one gap.
_COUNT = f"""
WITH met AS (
    SELECT r.id, r.event_day, r.crawl_run_id IS NOT DISTINCT FROM :run_id AS is_seen,
        r.first_seen_at < :started_at AS is_old
    FROM raw_events r
    WHERE {_IN_WINDOW} AND r.crawl_run_id = :run_id OR {_MISSED} AND (:in_full OR r.crawl_run_id = {_LAST_GOOD_RUN})
), numbered AS (
    SELECT *, row_number() OVER (ORDER BY event_day, id)
        - row_number() OVER (PARTITION BY is_seen ORDER BY event_day, id) AS gap FROM met
), gaps AS (
    SELECT count(*) AS rows, max(event_day) AS last_day FROM numbered WHERE NOT is_seen GROUP BY gap
)
SELECT (SELECT count(*) FROM met WHERE is_old OR NOT is_seen), coalesce(sum(rows), 0), coalesce(max(rows), 0),
    coalesce(max(rows) FILTER (WHERE last_day = (SELECT max(event_day) FROM met)), 0)
FROM gaps
"""

# A record that could not be read may be the very row that seems to be missing; not so where as many could not be read
# when the row was seen.
_MISSED_FOR_SURE = f"""
{_MISSED} AND coalesce((SELECT c.quarantined FROM crawl_runs c WHERE c.id = r.crawl_run_id), 0) >= :quarantined
"""

_BEAR_SECOND_WITNESS = f"""
UPDATE raw_events r SET unlisted_at = r.last_seen_at WHERE {_MISSED_FOR_SURE} AND (:at_once OR
    r.missed_at <= cast(:started_at AS timestamptz) - cast(:apart AS interval)
    AND (r.missed_at AT TIME ZONE :zone)::date < (cast(:started_at AS timestamptz) AT TIME ZONE :zone)::date)
RETURNING r.id
"""

_BEAR_FIRST_WITNESS = f"""
UPDATE raw_events r SET missed_at = :started_at WHERE {_MISSED_FOR_SURE} AND r.missed_at IS NULL
"""

_TAKE_THE_SOURCES_WORD = f"""
UPDATE raw_events r SET unlisted_at = r.last_seen_at
WHERE {_NOT_SEEN} AND (r.source_event_id = ANY (:gone) OR {_HAS_ANOTHER_ID})
RETURNING r.id
"""

_LAST_PROFILE = """
SELECT profile FROM crawl_runs WHERE source = :source AND verdict = 'ok' AND profile->'items' IS NOT NULL
ORDER BY id DESC LIMIT 1
"""


def count_missed(connection: Connection, listing: Listing, *, in_full: bool) -> Absence:
    """What the source lists for the listing's days, and what of it the run did not see.

    Where no run lists all (`in_full` is false) only what the last good run saw is taken to be listed.
    """
    parameters = listing.parameters | {"in_full": in_full}
    listed, missed, gap, at_the_end = connection.execute(text(_COUNT), parameters).one()
    return Absence(listed=listed, missed=int(missed), gap=gap, at_the_end=at_the_end)


def bear_witness(connection: Connection, listing: Listing, *, in_full: bool, at_once: bool) -> int:
    """Note what a good run says is gone, and, where it listed all (`in_full`), what it has missed.

    Returns how many rows are unlisted by it. With `at_once` one witness is enough: a person's.
    """
    parameters = listing.parameters | {"at_once": at_once}
    unlisted = list(connection.scalars(text(_TAKE_THE_SOURCES_WORD), parameters))
    if in_full:
        unlisted += connection.scalars(text(_BEAR_SECOND_WITNESS), parameters)
        connection.execute(text(_BEAR_FIRST_WITNESS), parameters)
    mark_dirty(connection, unlisted)
    return len(unlisted)


def last_good_profile(connection: Connection, source: str) -> dict[str, Any] | None:
    """What the items of the source's last run that was judged ok looked like; None where none ever was."""
    profile: dict[str, Any] | None = connection.scalar(text(_LAST_PROFILE), {"source": source})
    return profile
