"""What a search found. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from sms_api.pages.views.profile import NightOfShows, nights_of
from sms_api.pages.views.show_line import bill_of, room_of
from sms_api.pages.views.wording import Link, count_words
from sms_catalog.events import CatalogEvent
from sms_text.text import fold_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """The page of a search."""

    asked: str
    artists: Sequence[Link]
    rooms: Sequence[Link]
    nights: Sequence[NightOfShows]
    count: str
    is_cut: bool
    """There are more than are shown."""
    past: str
    """The address of the same search in the year that is over."""


def search_view(asked: str, events: Sequence[CatalogEvent], limit: int, home: str | None, today: date) -> SearchView:
    """What was found for these words; the events may be one more than the limit."""
    shown = events[:limit]
    words = set(fold_text(asked).split())
    acts = (Link(act.name, act.path) for event in shown for bill in bill_of(event) for act in bill)
    rooms = (Link(room.name, room.path) for event in shown if (room := room_of(event, home)) is not None)
    return SearchView(
        asked=asked,
        artists=_named(acts, words),
        rooms=_named(rooms, words),
        nights=nights_of(shown, home, today),
        count=count_words(len(shown), "show"),
        is_cut=len(events) > limit,
        past=f"/search?{urlencode({'q': asked, 'from': today - timedelta(days=366), 'to': today - timedelta(days=1)})}",
    )


def _named(links: Iterable[Link], words: set[str]) -> list[Link]:
    """Those whose names have all the words, each once."""
    return list(dict.fromkeys(link for link in links if words and words <= set(fold_text(link.words).split())))
