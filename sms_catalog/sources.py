"""Reading what is known of the sources: the keys that they ask for, who needs a browser, how old their word is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.keyset import Keyset, Page

# A source whose platform is not known was entered with rows of a flat file: no spider has stated its facts.
_STATED = "SELECT slug, keys, needs_browser FROM sources WHERE platform IS NOT NULL ORDER BY slug"

_LAST_READ = "SELECT finished_at FROM crawl_runs WHERE verdict = 'ok' ORDER BY id DESC LIMIT 1"

# How old a source's word is: its last crawl, and the last one that was good.
_WITH_CRAWLS = """
sources z
LEFT JOIN LATERAL (
    SELECT started_at, verdict, cause FROM crawl_runs c WHERE c.source = z.slug
    ORDER BY started_at DESC, id DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    SELECT started_at, finished_at FROM crawl_runs c WHERE c.source = z.slug AND verdict = 'ok'
    ORDER BY started_at DESC, id DESC LIMIT 1
) good ON true
"""

_AGES = f"""
SELECT z.slug, z.kind, z.title, z.homepage, z.city, z.complete_listing, last.started_at, last.verdict, last.cause,
    coalesce(good.finished_at, ahead.seen_at) AS told_at, ahead.rows
FROM {_WITH_CRAWLS}, LATERAL (
    SELECT count(*) AS rows, max(last_seen_at) AS seen_at FROM raw_events r
    WHERE r.source = z.slug AND r.event_day >= :today
) ahead
ORDER BY lower(z.title), z.slug
"""

_SOURCES = f"""
SELECT z.slug, z.kind, z.title, z.homepage, z.city, z.venue AS venue_key, z.platform, z.trust, z.complete_listing,
    last.started_at AS last_crawl_at, last.verdict AS last_verdict, last.cause AS last_cause,
    good.started_at AS last_ok_at
FROM {_WITH_CRAWLS}
WHERE (cast(:city AS text) IS NULL OR z.city = :city) AND {{after}}
ORDER BY {{order}}
"""

_IN_ORDER = Keyset("sources", {"slug": ('z.slug COLLATE "C"', str)})


@dataclass(frozen=True, slots=True)
class KeyNeeded:
    """A key that sources ask for."""

    variable: str
    """The environment variable that holds it."""
    where: str
    """Where to get one."""
    sources: Sequence[str]
    """Who asks for it, by name."""


@dataclass(frozen=True, slots=True)
class SourceNeeds:
    """What sources need besides a network."""

    keys: Sequence[KeyNeeded]
    """By their variables."""
    browser: Sequence[str]
    """The sources whose pages only a browser can read, by name."""


def needs_of_sources(connection: Connection) -> SourceNeeds | None:
    """What the sources need whose facts are stored; None where those of no source are."""
    sources = connection.execute(text(_STATED)).all()
    if not sources:
        return None
    asking: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    for source in sources:
        for key in source.keys:
            asking.setdefault(key["variable"], []).append(source.slug)
            where[key["variable"]] = key["where"]
    keys = [KeyNeeded(variable, where[variable], names) for variable, names in sorted(asking.items())]
    return SourceNeeds(keys, [source.slug for source in sources if source.needs_browser])


def sources_by_slugs(connection: Connection, slugs: Collection[str]) -> list[Mapping[str, Any]]:
    """The sources of these slugs, as `sources_page` gives them."""
    statement = _SOURCES.format(after="z.slug = ANY(:slugs)", order="z.slug")
    return [row._asdict() for row in connection.execute(text(statement), {"city": None, "slugs": list(slugs)})]


@dataclass(frozen=True, slots=True)
class SourceAge:
    """How old a source's word is, and how its last crawl went."""

    slug: str
    kind: str
    title: str
    homepage: str | None
    city: str | None
    complete_listing: bool
    crawled_at: datetime | None
    """When its last crawl began; None for one that was never crawled."""
    verdict: str | None
    """Of that crawl; None while it is under way or was killed."""
    cause: str | None
    told_at: datetime | None
    """When it was last read without fault, or the newest of its rows was; None where it never told anything."""
    rows_ahead: int
    """Rows of the days ahead."""


def source_ages(connection: Connection, today: date) -> Sequence[SourceAge]:
    """Every source whose facts are stored, by title; rows of `today` and later are ahead."""
    return [SourceAge(*row) for row in connection.execute(text(_AGES), {"today": today})]


def source_titles(connection: Connection) -> Mapping[str, str]:
    """The title of every source, by its slug."""
    return {row.slug: row.title for row in connection.execute(text("SELECT slug, title FROM sources"))}


def sources_page(
    connection: Connection, city: str | None, *, limit: int, cursor: str | None
) -> Page[Mapping[str, Any]]:
    """The sources by slug, those of a city or all, with how their crawls went: the columns of `_SOURCES`.

    Raises InvalidQuery.
    """
    return _IN_ORDER.read(connection, _SOURCES, {"city": city}, Row._asdict, limit=limit, cursor=cursor)


def last_read_at(connection: Connection) -> datetime | None:
    """When the latest crawl that was read without fault ended; None where there was none."""
    read_at: datetime | None = connection.scalar(text(_LAST_READ))
    return read_at
