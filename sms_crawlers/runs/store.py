"""The crawler's SQL: a run's row from its start to its verdict, and its rows in batches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import configure_mappers

from sms_catalog.artists import artists_to_ask
from sms_catalog.events import CatalogEvent, stream_events
from sms_catalog.query import Query
from sms_crawlers.errors import AlreadyCrawled
from sms_crawlers.runs.absence import Listing, bear_witness, count_missed, last_good_profile
from sms_crawlers.runs.run_stats import REPLAYED, ROBOTS_ASKED
from sms_crawlers.runs.verdict import Absence
from sms_crawlers.source_facts import facts_of
from sms_crawlers.spider import SourceSpider
from sms_database import locks
from sms_database.artist_lookup import ArtistLookupItem, AskedArtist, store_lookups
from sms_database.errors import explain_database_error
from sms_database.json_text import storable
from sms_database.models import CrawlRun
from sms_database.raw_check import CheckedItem
from sms_database.raw_store import QuarantineEntry, StoreCounts, quarantine, store_raw_events
from sms_database.session import notice_vanished_client, open_engine
from sms_database.sources import store_source
from sms_database.version import program_version

_DEATH_NOTICED_SECONDS = 5
_DRIVER_ERRORS = (DBAPIError, psycopg.Error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What is known of a run at its end."""

    reason: str
    verdict: str
    cause: str | None
    message: str
    seen: int
    quarantined: int
    skipped: int
    requests: int
    errors: int
    elapsed: timedelta
    stats: Mapping[str, Any]
    profile: Mapping[str, Any]
    """See `sms_crawlers.runs.profile`."""
    missed: int
    listing: Listing | None
    """What the run is a witness of; None where it is not judged ok."""
    in_full: bool
    """Did the run list all, so that what it did not see is missed?"""
    at_once: bool
    """Does a person vouch for the run?"""


@dataclass(slots=True)
class CrawlRunStore:
    """One run's access to the database: one connection, which also holds the lock that shows that the run is alive.

    Its methods block, and are called from one thread at a time. All of them raise DatabaseProblem.
    """

    engine: Engine
    connection: Connection
    source: str
    started_at: datetime
    run_id: int
    counts: StoreCounts = field(default_factory=StoreCounts)
    unlisted: int = 0
    broken: bool = False
    """Could a batch not be written? Then nothing more is written but the verdict, over a new connection."""

    @classmethod
    def open(cls, spider: SourceSpider) -> CrawlRunStore:
        """Write the source's facts, close the runs of it whose process died, and begin a run at the spider's `now`.

        Raises AlreadyCrawled where another process crawls the source.
        """
        with ExitStack() as undoing, _explained():
            engine = open_engine(pool_size=1, max_overflow=0)
            undoing.callback(engine.dispose)
            connection = undoing.enter_context(engine.connect())
            with connection.begin():
                _claim_source(connection, spider.name)
                store_source(connection, facts_of(type(spider)))
                _close_killed_runs(connection, spider)
                run_id = _begin_run(connection, spider)
            undoing.pop_all()
        return cls(engine, connection, spider.name, spider.now, run_id)

    def history(self, listing: Listing, *, in_full: bool) -> tuple[Absence, Mapping[str, Any] | None]:
        """What the source lists and this run did not see, and what the items of its last good run looked like."""
        with _explained(), self.connection.begin():
            absence = count_missed(self.connection, listing, in_full=in_full)
            return absence, last_good_profile(self.connection, self.source)

    def requests_since(self, start: datetime) -> int:
        """How many requests the source's earlier runs that began at the UTC instant or later made of its servers.

        What recordings answered is none of them, nor is robots.txt.
        """
        besides = (func.coalesce(CrawlRun.stats[key].as_integer(), 0) for key in (REPLAYED, ROBOTS_ASKED))
        statement = select(func.coalesce(func.sum(CrawlRun.requests - sum(besides)), 0)).where(
            CrawlRun.source == self.source, CrawlRun.started_at >= start, CrawlRun.id != self.run_id
        )
        with _explained(), self.connection.begin():
            return int(self.connection.scalars(statement).one())

    def artists_to_ask(
        self, *, service: str, link: str, by: Collection[str], fresh_after: datetime, limit: int
    ) -> list[AskedArtist]:
        """The artists that play from now on and that the service is to be asked about.

        See `sms_catalog.artists.artists_to_ask`.
        """
        # Yesterday is still tonight somewhere.
        yesterday = self.started_at.date() - timedelta(days=1)
        with _explained(), self.connection.begin():
            return artists_to_ask(
                self.connection,
                service=service,
                link=link,
                by=by,
                playing_from=yesterday,
                fresh_after=fresh_after,
                limit=limit,
            )

    def write_lookups(self, lookups: Sequence[ArtistLookupItem]) -> None:
        """Store answers about artists in one transaction."""
        if self.broken:
            return
        try:
            with self.connection.begin():
                counts = store_lookups(self.connection, lookups, self.run_id)
        except _DRIVER_ERRORS as error:
            self.broken = True
            raise explain_database_error(error) from error
        self.counts += StoreCounts(new=counts.new, changed=counts.changed, unchanged=counts.unchanged)

    def write(self, rows: Sequence[CheckedItem], entries: Sequence[QuarantineEntry]) -> None:
        """Store a batch in one transaction. A row that the database does not take goes to quarantine, alone."""
        if self.broken:
            return
        try:
            self._write(rows, entries)
        except _DRIVER_ERRORS as error:
            self.broken = True
            if _is_closed(self.connection):
                raise explain_database_error(error) from error
            with _explained():
                self._write([], entries)
                for row in rows:
                    self._write_alone(row)
            self.broken = False

    def close(self, closing: Closing) -> None:
        """Write the verdict and, where it is ok, what the run is a witness of.

        After a broken batch that is tried on a new connection, so that a database that was only restarted knows.
        """
        try:
            with _explained():
                if self.broken:
                    self.connection.close()
                    self.connection = self.engine.connect()
                with self.connection.begin():
                    if closing.listing is not None:
                        self.unlisted = bear_witness(
                            self.connection, closing.listing, in_full=closing.in_full, at_once=closing.at_once
                        )
                    self._write_verdict(closing)
                # The session may end a moment after the source's next crawl has begun.
                with self.connection.begin():
                    self.connection.execute(text("SELECT pg_advisory_unlock_all()"))
        finally:
            self.connection.close()
            self.engine.dispose()

    def _write(self, rows: Sequence[CheckedItem], entries: Sequence[QuarantineEntry]) -> None:
        with self.connection.begin():
            counts = store_raw_events(self.connection, rows, self.run_id)
            quarantine(self.connection, entries, self.run_id)
        self.counts += counts

    def _write_alone(self, row: CheckedItem) -> None:
        try:
            self._write([row], [])
        except _DRIVER_ERRORS as error:
            reason = str(explain_database_error(error))
            origin = row.source_url
            self._write(
                [],
                [QuarantineEntry(source=self.source, origin=origin, field=None, reasons=[reason], item=row.data)],
            )

    def _write_verdict(self, closing: Closing) -> None:
        values = {
            "finished_at": self.started_at + closing.elapsed,
            "reason": closing.reason,
            "verdict": closing.verdict,
            "cause": closing.cause,
            "message": closing.message,
            "seen": closing.seen,
            "new": self.counts.new,
            "changed": self.counts.changed,
            "unchanged": self.counts.unchanged,
            "quarantined": closing.quarantined,
            "skipped": closing.skipped,
            "missed": closing.missed,
            "unlisted": self.unlisted,
            "requests": closing.requests,
            "errors": closing.errors,
            "stats": storable({name: _plain(value) for name, value in closing.stats.items()}),
            "profile": storable(closing.profile),
        }
        self.connection.execute(update(CrawlRun).where(CrawlRun.id == self.run_id).values(**values))


def configure_models() -> None:
    """Let SQLAlchemy look through the models, which it otherwise does at the first statement of each process."""
    configure_mappers()


def close_dead_run(run_id: int, message: str, elapsed: timedelta) -> None:
    """Judge a run whose process is dead as failed, with this message; one that is judged stays as it is.

    Waits a few seconds at most for the server to notice that the process is gone. Raises DatabaseProblem.
    """
    engine = open_engine(pool_size=1)
    try:
        with _explained(), engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{_DEATH_NOTICED_SECONDS}s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({locks.CRAWL_RUN})"), {"run_id": run_id})
            connection.execute(
                update(CrawlRun)
                .where(CrawlRun.id == run_id, CrawlRun.verdict.is_(None))
                .values(
                    verdict="failed",
                    cause="stopped",
                    reason="killed",
                    message=message,
                    finished_at=CrawlRun.started_at + elapsed,
                )
            )
    finally:
        engine.dispose()


def _claim_source(connection: Connection, source: str) -> None:
    """Take the lock of the source, which the session holds until it ends, however it ends."""
    notice_vanished_client(connection)
    if connection.scalar(text(f"SELECT pg_try_advisory_lock({locks.CRAWL_OF_SOURCE})"), {"source": source}):
        return
    under_way = (
        select(CrawlRun.id, CrawlRun.started_at)
        .where(CrawlRun.source == source, CrawlRun.verdict.is_(None))
        .order_by(CrawlRun.id.desc())
        .limit(1)
    )
    run = connection.execute(under_way).one_or_none()
    since = f" since {run.started_at:%Y-%m-%d %H:%M} UTC (run {run.id})" if run else ""
    raise AlreadyCrawled(f"{source} is being crawled by another process{since}: this one asks nothing")


def _begin_run(connection: Connection, spider: SourceSpider) -> int:
    statement = insert(CrawlRun).values(source=spider.name, started_at=spider.now, spider_version=program_version())
    run_id = connection.execute(statement.returning(CrawlRun.id)).scalar_one()
    # Held by the session until it ends, however it ends: the server notices a process that was killed.
    connection.execute(text(f"SELECT pg_advisory_lock({locks.CRAWL_RUN})"), {"run_id": run_id})
    return run_id


def _close_killed_runs(connection: Connection, spider: SourceSpider) -> None:
    unjudged = select(CrawlRun.id).where(CrawlRun.source == spider.name, CrawlRun.verdict.is_(None))
    for run_id in connection.scalars(unjudged).all():
        is_dead = text(f"SELECT pg_try_advisory_xact_lock({locks.CRAWL_RUN})")
        if connection.scalar(is_dead, {"run_id": run_id}):
            connection.execute(
                update(CrawlRun)
                .where(CrawlRun.id == run_id)
                .values(
                    verdict="failed",
                    cause="stopped",
                    reason="killed",
                    message="the process ended without a word; what it had stored until then stays",
                    finished_at=spider.now,
                )
            )


def _is_closed(connection: Connection) -> bool:
    driver_connection = None if connection.invalidated else connection.connection.driver_connection
    return driver_connection is None or bool(driver_connection.closed)


def _plain(value: Any) -> Any:
    """A value of Scrapy's stats as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | list | tuple | dict | None) else str(value)


@contextmanager
def _explained() -> Iterator[None]:
    """Every error of the driver leaves as DatabaseProblem: a run reports it in one line, whatever it is."""
    try:
        yield
    except _DRIVER_ERRORS as error:
        raise explain_database_error(error) from error


def catalog_events(city: str, days: Collection[date]) -> list[CatalogEvent]:
    """The events of a city from the first to the last of these days, hidden ones too. Raises DatabaseProblem."""
    if not days:
        return []
    engine = open_engine(pool_size=1)
    try:
        with _explained(), engine.connect() as connection:
            query = Query(city=city, first_day=min(days), last_day=max(days), hidden=None)
            return list(stream_events(connection, query))
    finally:
        engine.dispose()
