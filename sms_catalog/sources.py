"""Reading what is known of the sources: the keys that they ask for, and who needs a browser."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.keyset import Keyset, Page

# A source whose platform is not known was entered with rows of a flat file: no spider has stated its facts.
_STATED = "SELECT slug, keys, needs_browser FROM sources WHERE platform IS NOT NULL ORDER BY slug"

# How old a source's word is: its last crawl, and the last one that was good.
_SOURCES = """
SELECT z.slug, z.kind, z.title, z.homepage, z.city, z.venue AS venue_key, z.platform, z.trust, z.complete_listing,
    last.started_at AS last_crawl_at, last.verdict AS last_verdict, last.cause AS last_cause,
    (SELECT max(started_at) FROM crawl_runs c WHERE c.source = z.slug AND c.verdict = 'ok') AS last_ok_at
FROM sources z LEFT JOIN LATERAL (
    SELECT started_at, verdict, cause FROM crawl_runs c WHERE c.source = z.slug
    ORDER BY started_at DESC, id DESC LIMIT 1
) AS last ON true
WHERE (cast(:city AS text) IS NULL OR z.city = :city) AND {after}
ORDER BY {order}
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


def sources_page(
    connection: Connection, city: str | None, *, limit: int, cursor: str | None
) -> Page[Mapping[str, Any]]:
    """The sources by slug, those of a city or all, with how their crawls went: the columns of `_SOURCES`.

    Raises InvalidQuery.
    """
    return _IN_ORDER.read(connection, _SOURCES, {"city": city}, Row._asdict, limit=limit, cursor=cursor)


def sources_by_slugs(connection: Connection, slugs: Collection[str]) -> list[Mapping[str, Any]]:
    """The sources of these slugs, as `sources_page` gives them."""
    statement = _SOURCES.format(after="z.slug = ANY(:slugs)", order="z.slug")
    return [row._asdict() for row in connection.execute(text(statement), {"city": None, "slugs": list(slugs)})]
