"""What a search found. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from sms_api.pages.addresses import artist_path, venue_path
from sms_api.pages.views.profile import NightOfShows, nights_of
from sms_api.pages.views.wording import Link, count_words
from sms_api.search.find import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """The page of a search."""

    asked: str
    understood: str | None
    """The words that were looked for instead, since nothing has those that were asked for."""
    literally: str
    """The address of a search for exactly what was asked."""
    artists: Sequence[Link]
    rooms: Sequence[Link]
    nights: Sequence[NightOfShows]
    count: str
    is_cut: bool
    """There are more than are shown."""
    past: str
    """The address of the same search in the year that is over."""


def search_view(asked: str, found: Found | None, home: str | None, today: date) -> SearchView:
    """What was found for these words; None where nothing was asked for."""
    shown = sorted(found.events, key=lambda event: event.night) if found else []
    return SearchView(
        asked=asked,
        understood=found.understood if found else None,
        literally="/search?" + urlencode({"q": f'"{asked}"'}),
        artists=[Link(each.name, artist_path(each.id, each.name)) for each in found.artists] if found else [],
        rooms=[Link(each.name, venue_path(each.id, each.name)) for each in found.venues] if found else [],
        nights=nights_of(shown, home, today),
        count=count_words(len(shown), "show"),
        is_cut=found is not None and found.next_cursor is not None,
        past=f"/search?{urlencode({'q': asked, 'from': today - timedelta(days=366), 'to': today - timedelta(days=1)})}",
    )
