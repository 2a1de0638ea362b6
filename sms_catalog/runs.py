"""Reading how crawls and builds went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.keyset import Keyset, Page
from sms_database import locks

_CRAWL = """
'crawl' AS kind, id, source AS name, started_at, finished_at, verdict, cause, message, jsonb_build_object(
    'seen', seen, 'new', new, 'changed', changed, 'unchanged', unchanged, 'quarantined', quarantined,
    'skipped', skipped, 'missed', missed, 'unlisted', unlisted, 'requests', requests, 'errors', errors,
    'requests_left', stats->'budget/left') AS counts"""

_BUILD = """
'carpenter' AS kind, id, reason AS name, started_at, finished_at,
CASE WHEN finished_at IS NOT NULL THEN 'ok' END AS verdict, NULL AS cause, NULL AS message, counts"""

_RUNS = f"""
SELECT * FROM (
    SELECT {_CRAWL} FROM crawl_runs ORDER BY started_at DESC, id DESC LIMIT :limit
) AS crawls
UNION ALL SELECT * FROM (
    SELECT {_BUILD} FROM carpenter_runs ORDER BY started_at DESC, id DESC LIMIT :limit
) AS builds
ORDER BY started_at DESC, kind, id DESC LIMIT :limit
"""

# The newest first: kinds in their order for two that began at one instant.
_RUNS_IN_ORDER = Keyset(
    "runs",
    {"started_at": ("x.started_at", datetime), "kind": ('x.kind COLLATE "C"', str), "id": ("x.id", int)},
    descending=True,
)

_RUNS_PAGE = f"""
SELECT x.kind, x.id, x.name, x.started_at, x.finished_at, x.verdict, x.cause, x.message, x.counts FROM (
    SELECT {_CRAWL} FROM crawl_runs UNION ALL SELECT {_BUILD} FROM carpenter_runs
) AS x
WHERE (cast(:kind AS text) IS NULL OR x.kind = :kind) AND (cast(:name AS text) IS NULL OR x.name = :name) AND {{after}}
ORDER BY {{order}}
"""

_LATEST_CRAWLS = """
SELECT DISTINCT ON (source) 'crawl' AS kind, id, source AS name, started_at, finished_at, verdict, cause, message,
    jsonb_build_object('seen', seen) AS counts
FROM crawl_runs ORDER BY source, started_at DESC, id DESC
"""

# A run holds its lock for as long as its process lives.
_ABANDONED_CRAWLS = f"""
SELECT count(*) FROM crawl_runs
WHERE verdict IS NULL AND pg_try_advisory_xact_lock({locks.CRAWL_RUN_ROW})
"""

_NO_CARPENTER = f"SELECT pg_try_advisory_xact_lock({locks.RUN})"


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run of a spider (`kind` crawl, `name` the source) or of the carpenter (`name` what for)."""

    kind: str
    id: int
    name: str
    started_at: datetime
    finished_at: datetime | None
    verdict: str | None
    """None for a run that is under way or was killed."""
    cause: str | None
    """Why a crawl was judged so, in one word of `sms_database.models.raw.CAUSES`; None where nothing is to be said."""
    message: str | None
    counts: dict[str, Any]


def latest_runs(connection: Connection, limit: int) -> Sequence[RunLine]:
    """Crawls and builds, the newest first."""
    return [RunLine(*row) for row in connection.execute(text(_RUNS), {"limit": limit})]


def runs_page(
    connection: Connection, *, kind: str | None = None, name: str | None = None, limit: int, cursor: str | None
) -> Page[RunLine]:
    """The same by pages, those of one kind or name alone where it is given; raises InvalidQuery."""
    parameters = {"kind": kind, "name": name}
    return _RUNS_IN_ORDER.read(connection, _RUNS_PAGE, parameters, _run_line, limit=limit, cursor=cursor)


def runs_by_ids(connection: Connection, kind: str, ids: Collection[int]) -> list[RunLine]:
    """The runs of one kind with these ids."""
    statement = _RUNS_PAGE.format(after="x.id = ANY(:ids)", order="x.id")
    parameters = {"kind": kind, "name": None, "ids": list(ids)}
    return [_run_line(row) for row in connection.execute(text(statement), parameters)]


def latest_crawls(connection: Connection) -> Sequence[RunLine]:
    """The last crawl of each source that was ever crawled."""
    return [RunLine(*row) for row in connection.execute(text(_LATEST_CRAWLS))]


def abandoned_runs(connection: Connection) -> tuple[int, int]:
    """How many crawls, and how many builds, never came to their end and are not under way."""
    crawls = connection.scalar(text(_ABANDONED_CRAWLS))
    builds = 0
    if connection.scalar(text(_NO_CARPENTER)):
        builds = connection.scalar(text("SELECT count(*) FROM carpenter_runs WHERE finished_at IS NULL")) or 0
    return int(crawls or 0), builds


def _run_line(row: Row[Any]) -> RunLine:
    return RunLine(**row._mapping)
