"""The forms that an answer has: one line each, and the only place where an ending is given its meaning. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sms_api.feeds import records
from sms_api.feeds.atom import atom
from sms_api.feeds.feed import Feed
from sms_api.responses import REVALIDATE

MOST_EVENTS = 1_000
"""Events of one document. More are in the next one."""

MOST_NEWS = 100
"""Changes that a feed of news tells."""

KEPT_FOR_MINUTES = "public, max-age=300"
"""Cache-Control of what programs ask for by the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form of an answer."""

    words: str
    media_type: str
    render: Callable[[Feed], bytes]
    cache_control: str = REVALIDATE
    tells_news: bool = False
    """Is it made of changes, not of events?"""


def _calendar_file(feed: Feed) -> bytes:
    """An iCalendar file. Its library is loaded for whoever first asks for one: 4 MB that a process may never need."""
    from sms_api.feeds.calendar_file import calendar_file

    return calendar_file(feed)


FORMATS: Mapping[str, Format] = {
    "json": Format(words="JSON", media_type="application/json", render=records.json),
    "ics": Format(
        words="iCalendar",
        media_type="text/calendar; charset=utf-8",
        render=_calendar_file,
        cache_control=KEPT_FOR_MINUTES,
    ),
    "atom": Format(
        words="Atom",
        media_type="application/atom+xml",
        render=atom,
        cache_control=KEPT_FOR_MINUTES,
        tells_news=True,
    ),
    "csv": Format(words="CSV", media_type="text/csv; charset=utf-8; header=present", render=records.csv),
    "geojson": Format(words="GeoJSON", media_type="application/geo+json", render=records.geojson),
    "ndjson": Format(words="NDJSON", media_type="application/x-ndjson", render=records.ndjson),
    "feed.json": Format(
        words="JSON Feed",
        media_type="application/feed+json",
        render=records.json_feed,
        cache_control=KEPT_FOR_MINUTES,
    ),
}
"""By the ending of an address; `sms_api.open_reads.SUFFIXES` names the same."""
