"""From what an address asks to a Feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sms_api.feeds.feed import Feed
from sms_api.feeds.formats import FORMATS, MOST_EVENTS, MOST_NEWS
from sms_api.feeds.subjects import Subject, subject_of, titled
from sms_api.pages.queries import Place
from sms_api.pages.scenes import scene_asked
from sms_catalog.as_of import last_seq_of
from sms_catalog.changes import revisions
from sms_catalog.cities import scene_by_slug
from sms_catalog.event_cards import events_page
from sms_catalog.news import last_change_at, news_of
from sms_catalog.query import Query, resolve
from sms_catalog.query_parameters import query_parameters
from sms_database.vocabulary import EVENT_STATUSES
from sms_text.local_hours import NIGHT_ENDS, tonight

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""When a catalog last changed of which no change is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """What an address asks for."""

    suffix: str
    site: str
    home_city: str
    """Slug of the scene whose clock counts where no other is asked for."""
    place: Place | None
    """None: of no page, but of /v1/events."""
    defaults: Query
    query: Query
    hides_cancelled: bool
    cursor: str | None


def read_feed(connection: Connection, asked: FeedRequest, query: Query) -> Feed:
    """The feed of an address, whose query is resolved. Raises Problem and InvalidQuery."""
    subject = subject_of(connection, asked.place, asked.defaults)
    if asked.hides_cancelled:
        statuses = query.statuses if query.statuses is not None else EVENT_STATUSES
        query = replace(query, statuses=[status for status in statuses if status != "cancelled"])
    parameters = query_parameters(asked.query, defaults=asked.defaults)
    own = [*parameters, *([("cancelled", "hide")] if asked.hides_cancelled else [])]
    last_seq = last_seq_of(connection, query)
    empty = Feed(
        title=titled(subject, parameters),
        identity=f"{subject.identity}.{asked.suffix}{_tail(own)}",
        site=asked.site,
        page=f"{asked.site}{subject.path}{_tail(parameters)}",
        address=_address(asked, subject, own, asked.cursor),
        changed_at=last_change_at(connection, last_seq) or BEFORE_ALL,
    )
    if FORMATS[asked.suffix].tells_news:
        news = news_of(connection, query, MOST_NEWS)
        return replace(empty, news=news, changed_at=news[0].change.at if news else empty.changed_at)
    page = events_page(connection, query, limit=MOST_EVENTS, cursor=asked.cursor)
    known = revisions(connection, [event.id for event in page.events], last_seq)
    return replace(
        empty,
        next_address=_address(asked, subject, own, page.next_cursor) if page.next_cursor else None,
        events=page.events,
        revisions=known,
        changed_at=max((revision.at for revision in known.values()), default=empty.changed_at),
    )


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """A query without words for nights, and until when they mean these."""

    query: Query
    holds_until: datetime


def resolved_query(connection: Connection, query: Query, home_city: str, now: datetime) -> ResolvedQuery:
    """The query on the clock of its scene, else of the usual one. Raises Problem.

    What it resolves to holds until the night ends, since other defaults, too, begin with tonight.
    """
    scene = scene_asked(connection, query.city) if query.city else scene_by_slug(connection, home_city)
    zone = scene.timezone if scene else "UTC"
    local = now.astimezone(ZoneInfo(zone))
    morning = datetime.combine(tonight(local) + timedelta(days=1), time(NIGHT_ENDS), local.tzinfo)
    return ResolvedQuery(resolve(query, now, zone), morning.astimezone(UTC))


def _address(asked: FeedRequest, subject: Subject, own: Sequence[tuple[str, str]], cursor: str | None) -> str:
    parameters = [*own, *([("cursor", cursor)] if cursor else [])]
    return f"{asked.site}{subject.path}.{asked.suffix}{_tail(parameters)}"


def _tail(parameters: Sequence[tuple[str, str]]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""
