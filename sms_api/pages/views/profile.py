"""A venue and an artist: next shows first, facts second, the past by year. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sms_api.pages.addresses import venue_path
from sms_api.pages.views.show_line import ShowLine, show_lines
from sms_api.pages.views.wording import Link, count_words, day_name, nearness, readable_address
from sms_catalog.events import CatalogEvent
from sms_catalog.query import Query
from sms_text.urls import safe_url


@dataclass(frozen=True, slots=True)
class NightOfShows:
    """A night in a list."""

    day: str
    near: str | None
    lines: Sequence[ShowLine]


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact with its name, and the page that tells more of it."""

    name: str
    value: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """The page of a venue or an artist."""

    name: str
    aliases: Sequence[str]
    count: str
    nights: Sequence[NightOfShows]
    is_past: bool
    """The address asks for nights that are over."""
    facts: Sequence[KnownFact]
    rooms: Sequence[Link]
    """Of a house its rooms, of a room its house."""
    years: Sequence[Link]
    """The past."""
    coming: str
    """The address of what is to come."""
    with_room: bool


def venue_view(
    venue: Mapping[str, Any],
    house: Sequence[Mapping[str, Any]],
    events: Sequence[CatalogEvent],
    years: Mapping[int, int],
    query: Query,
    path: str,
    home: str | None,
    today: date,
) -> ProfileView:
    """The page of a venue (`sms_catalog.venues.venue_by_id`); `house` are the others of its house, `years` how many
    shows it had in each.
    """
    region = " ".join(part for part in (venue["region"], venue["postal_code"]) if part)
    where = ", ".join(part for part in (venue["address"], venue["town"], region) if part)
    website = safe_url(venue["website"])
    facts = [
        KnownFact("Address", where, _map_link(venue)),
        KnownFact("Neighborhood", venue["neighborhood"] or ""),
        KnownFact("Holds", f"{venue['capacity']:,} people" if venue["capacity"] else ""),
        KnownFact("Website", readable_address(website or ""), website),
    ]
    return ProfileView(
        name=venue["name"],
        aliases=venue["aliases"],
        count=count_words(len(events), "show"),
        nights=nights_of(events, home, today, newest_first=_is_past(query, today)),
        is_past=_is_past(query, today),
        facts=[fact for fact in facts if fact.value],
        rooms=[Link(other["name"], venue_path(other["id"], other["name"])) for other in house],
        years=_years(years, path, today),
        coming=path,
        with_room=bool(house),
    )


def artist_view(
    artist: Mapping[str, Any],
    events: Sequence[CatalogEvent],
    years: Mapping[int, int],
    query: Query,
    path: str,
    home: str | None,
    today: date,
) -> ProfileView:
    """The page of an artist (`sms_catalog.artists.artist_by_id`); `years` are how many shows it had in each."""
    links = [_artist_fact(link["kind"], link["value"]) for link in artist["links"] or []]
    return ProfileView(
        name=artist["name"],
        aliases=artist["aliases"],
        count=count_words(len(events), "show"),
        nights=nights_of(events, home, today, newest_first=_is_past(query, today)),
        is_past=_is_past(query, today),
        facts=[link for link in links if link is not None],
        rooms=(),
        years=_years(years, path, today),
        coming=path,
        with_room=True,
    )


def nights_of(
    events: Sequence[CatalogEvent], home: str | None, today: date, *, newest_first: bool = False
) -> list[NightOfShows]:
    """Shows by night."""
    in_order = sorted(events, key=lambda event: event.night, reverse=newest_first)
    return [
        NightOfShows(day_name(night, today), nearness(night, today), show_lines(of_night, home))
        for night, of_night in groupby(in_order, lambda event: event.night)
    ]


def _is_past(query: Query, today: date) -> bool:
    return query.last_night is not None and query.last_night < today


def _years(years: Mapping[int, int], path: str, today: date) -> list[Link]:
    """Of this year, what is over."""
    yesterday = today - timedelta(days=1)
    return [
        Link(f"{year} ({count:,})", f"{path}?from={year}-01-01&to={min(date(year, 12, 31), yesterday)}")
        for year, count in sorted(years.items(), reverse=True)
    ]


def _map_link(venue: Mapping[str, Any]) -> str | None:
    if venue["latitude"] is None or venue["longitude"] is None:
        return None
    latitude, longitude = venue["latitude"], venue["longitude"]
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=18/{latitude}/{longitude}"


def _artist_fact(kind: str, value: str) -> KnownFact | None:
    match kind:
        case "musicbrainz":
            return KnownFact("MusicBrainz", "its entry", safe_url(f"https://musicbrainz.org/artist/{value}"))
        case "spotify":
            return KnownFact("Spotify", "its page", safe_url(f"https://open.spotify.com/artist/{value}"))
    url = safe_url(value)
    return None if url is None else KnownFact("Page", readable_address(url), url)
