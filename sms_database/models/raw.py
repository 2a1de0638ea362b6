"""The raw side: what was copied from where, and how each crawl went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, Date, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sms_database.base import Base, RowId
from sms_database.vocabulary import ASKED_BY, CAUSES, SOURCE_KINDS, VERDICTS

IS_NARROW = "NOT (data ?| ARRAY['payload', 'source_url'])"
"""What has a column of its own is not in `data` as well."""


def one_of(column: str, values: tuple[str, ...]) -> str:
    """SQL that holds a text column to a closed list."""
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class City(Base):
    """A scene: the area that one calendar covers."""

    __tablename__ = "cities"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    region: Mapped[str | None]
    country: Mapped[str | None]
    timezone: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    radius_km: Mapped[float | None]


class Source(Base):
    """What a spider reads; written from the spider's own attributes, or by `load` for flat files."""

    __tablename__ = "sources"
    __table_args__ = (CheckConstraint(one_of("kind", SOURCE_KINDS), name="kind_known"),)

    slug: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    homepage: Mapped[str | None]
    city: Mapped[str | None] = mapped_column(ForeignKey("cities.slug"))
    venue: Mapped[str | None]
    """Key in venues.toml of the one room whose own publication this is; None where it has no single venue."""
    trust: Mapped[int] = mapped_column(server_default=text("50"))
    complete_listing: Mapped[bool] = mapped_column(server_default=text("false"))
    terms: Mapped[str | None]
    platform: Mapped[str | None]
    """The software or service that serves its pages."""
    keys: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """The keys that it asks for: [{"variable": an environment variable, "where": where to get one}]."""
    by_name_only: Mapped[str | None]
    """Why it is crawled only when it is named; None where it is crawled with all others."""
    needs_browser: Mapped[bool] = mapped_column(server_default=text("false"))
    may_be_empty: Mapped[bool] = mapped_column(server_default=text("false"))
    """Is a crawl that finds nothing no fault?"""
    gives: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """The fields of an item that it gives."""
    politeness: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """How slowly it is asked."""


class CrawlRun(Base):
    """One run of one spider, with what it counted and how it was judged."""

    __tablename__ = "crawl_runs"
    __table_args__ = (
        CheckConstraint(one_of("verdict", VERDICTS), name="verdict_known"),
        CheckConstraint(one_of("cause", CAUSES), name="cause_known"),
        Index(None, "source", "started_at"),
    )

    id: Mapped[RowId]
    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    verdict: Mapped[str | None]
    """None while the run is under way, and for good if its process was killed."""
    cause: Mapped[str | None]
    """One of CAUSES; None for an ok run that has nothing to explain."""
    message: Mapped[str | None]
    seen: Mapped[int] = mapped_column(server_default=text("0"))
    new: Mapped[int] = mapped_column(server_default=text("0"))
    changed: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    quarantined: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    missed: Mapped[int] = mapped_column(server_default=text("0"))
    """Rows that the source lists for the days ahead, and that this run did not see."""
    unlisted: Mapped[int] = mapped_column(server_default=text("0"))
    requests: Mapped[int] = mapped_column(server_default=text("0"))
    errors: Mapped[int] = mapped_column(server_default=text("0"))
    stats: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    profile: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """What the run's items looked like as a whole; see `sms_crawlers.runs.profile`."""
    spider_version: Mapped[str | None]


class RawEvent(Base):
    """One row a (source, source_event_id), holding the version with the latest `fetched_at`."""

    __tablename__ = "raw_events"
    __table_args__ = (
        UniqueConstraint("source", "source_event_id"),
        CheckConstraint(IS_NARROW, name="data_is_narrow"),
        Index(None, "source", "event_day"),
        Index("ix_raw_events_source_url", text("rtrim(source_url, '/')"), postgresql_using="hash"),
    )

    id: Mapped[RowId]
    source: Mapped[str] = mapped_column(ForeignKey("sources.slug"))
    source_event_id: Mapped[str]
    event_name: Mapped[str | None]
    venue_name: Mapped[str | None]
    event_day: Mapped[date | None]
    """None where the item's `event_day` is missing or no real day; `data` keeps what was given."""
    former_days: Mapped[list[date]] = mapped_column(ARRAY(Date), server_default=text("'{}'"))
    """What other versions gave as `event_day`, in order."""
    data: Mapped[dict[str, Any]]
    """The other fields of the item that are not empty, and all that have columns above."""
    source_url: Mapped[str | None]
    payload: Mapped[Any] = mapped_column(JSONB, nullable=True)
    """The source's own record. Kilobytes: nothing that lists or builds rows reads it."""
    content_hash: Mapped[str]
    """Of the whole item without `fetched_at`."""
    fetched_at: Mapped[datetime]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    missed_at: Mapped[datetime | None]
    """When the first complete, ok run began that no longer saw the row; None while none has missed it."""
    unlisted_at: Mapped[datetime | None]
    """The `last_seen_at` of a row that is no longer listed, by two witnesses or by the source's own word; else None."""
    crawl_run_id: Mapped[int | None] = mapped_column(ForeignKey("crawl_runs.id"))


class DirtyRawEvent(Base):
    """A raw event that is not built as it now is. Whoever changes a raw event puts it here; the build takes it out.

    Apart from the raw events, so that a build never writes those wide rows again.
    """

    __tablename__ = "dirty_raw_events"

    raw_event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class RawEventVersion(Base):
    """An earlier content of a raw event."""

    __tablename__ = "raw_event_versions"
    __table_args__ = (
        UniqueConstraint("raw_event_id", "fetched_at", "content_hash"),
        CheckConstraint(IS_NARROW, name="data_is_narrow"),
    )

    id: Mapped[RowId]
    raw_event_id: Mapped[int] = mapped_column(ForeignKey("raw_events.id", ondelete="CASCADE"))
    fetched_at: Mapped[datetime]
    content_hash: Mapped[str]
    data: Mapped[dict[str, Any]]
    source_url: Mapped[str | None]
    payload: Mapped[Any] = mapped_column(JSONB, nullable=True)


class ArtistLookup(Base):
    """What a service answered when it was asked about an act: an input of every build, as raw events are."""

    __tablename__ = "artist_lookups"
    __table_args__ = (
        CheckConstraint(one_of("asked_by", ASKED_BY), name="asked_by_known"),
        Index(None, "name_key"),
        Index("ix_artist_lookups_dirty", "asked", postgresql_where=text("built_hash IS DISTINCT FROM content_hash")),
    )

    service: Mapped[str] = mapped_column(primary_key=True)
    """musicbrainz, spotify or setlistfm."""
    asked_by: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[str] = mapped_column(primary_key=True)
    """The act's name as it was asked for, or its id at the service."""
    fetched_at: Mapped[datetime]
    candidates: Mapped[list[Any]]
    """The acts of the answer, in its order; see `sms_database.artist_lookup.Candidate`."""
    content_hash: Mapped[str]
    """Of `candidates`."""
    crawl_run_id: Mapped[int | None] = mapped_column(ForeignKey("crawl_runs.id"))
    name_key: Mapped[str | None]
    """`asked` as the carpenter folds names; None until it has read the row, and for what was asked by id."""
    built_hash: Mapped[str | None]
    """The `content_hash` that the carpenter last read; the row is dirty while they differ."""


class Host(Base):
    """What is known of a host that crawls ask, over all sources and processes."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    """Name and port as a URL gives them, in lower case: `venue.example`, `127.0.0.1:8080`."""
    not_before: Mapped[datetime]
    """Nothing is asked of the host before this instant."""
    asked_for: Mapped[str | None]
    """What the host itself asked for, where that is why: "HTTP 503 with Retry-After: 3600"."""


class QuarantinedItem(Base):
    """A record that could not become a raw event, with every reason."""

    __tablename__ = "quarantined_items"
    __table_args__ = (Index(None, "source", "quarantined_at"), UniqueConstraint("fingerprint"))

    id: Mapped[RowId]
    source: Mapped[str | None]
    crawl_run_id: Mapped[int | None] = mapped_column(ForeignKey("crawl_runs.id"))
    quarantined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    origin: Mapped[str | None]
    """Where it was met: a URL, or `FILE:LINE`."""
    field: Mapped[str | None]
    reasons: Mapped[list[Any]]
    item: Mapped[Any] = mapped_column(JSONB)
    fingerprint: Mapped[str] = mapped_column(
        Computed(
            "md5(coalesce(source, '') || ' ' || coalesce(origin, '') || ' ' || reasons::text || ' ' || item::text)",
            persisted=True,
        )
    )
    """The same broken record met again at the same place."""
