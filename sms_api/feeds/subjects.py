"""What a page, a feed or an embedded list is of: its path and its title."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from sms_api.pages.addresses import artist_path, city_path, event_path, map_path, night_path, venue_path, week_path
from sms_api.pages.queries import PageKind, Place
from sms_api.pages.scenes import scene_asked
from sms_api.problems import Problem
from sms_catalog.artists import artist_by_id
from sms_catalog.events import event_by_id
from sms_catalog.query import Query
from sms_catalog.venues import venue_by_id
from sms_catalog.words import day_words

EVENTS_PATH = "/v1/events"
"""Where the events of any query are."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked for, as people and addresses say it."""

    path: str
    """Of its page, by today's names."""
    title: str
    identity: str
    """The same whatever it is called."""


def subject_of(connection: Connection, place: Place | None, defaults: Query) -> Subject:
    """The subject of a place, whose query by itself is `defaults`; of none: events. Raises Problem."""
    if place is None:
        return Subject(EVENTS_PATH, "Live music", EVENTS_PATH)
    match place.kind:
        case PageKind.VENUE:
            return _venue(connection, _only(defaults.venues))
        case PageKind.ARTIST:
            return _artist(connection, _only([defaults.artist] if defaults.artist else None))
        case PageKind.EVENT:
            return _event(connection, _only(defaults.ids))
        case PageKind.SEARCH:
            return Subject("/search", "Live music", "/search")
    scene = scene_asked(connection, place.city or "")
    path, when = _nights(place, scene.slug)
    return Subject(path, f"Live music in {scene.name}, {when}", path)


def titled(subject: Subject, parameters: Sequence[tuple[str, str]]) -> str:
    """The title with the other things that are asked for: "Neumos (free: yes, q: tin)"."""
    asked = ", ".join(f"{name}: {value}" for name, value in parameters)
    return f"{subject.title} ({asked})" if asked else subject.title


def _nights(place: Place, slug: str) -> tuple[str, str]:
    night: date | None = place.night
    if night is not None:
        return night_path(slug, night), day_words(night)
    if place.kind is PageKind.WEEK:
        return week_path(slug), "this week"
    return (map_path(slug) if place.kind is PageKind.MAP else city_path(slug)), "tonight"


def _venue(connection: Connection, venue_id: uuid.UUID) -> Subject:
    venue = venue_by_id(connection, venue_id)
    if venue is None:
        raise Problem(410, "This venue is no longer in the calendar.")
    return Subject(venue_path(venue_id, venue["name"]), venue["name"], f"venue:{venue_id}")


def _artist(connection: Connection, artist_id: uuid.UUID) -> Subject:
    artist = artist_by_id(connection, artist_id)
    if artist is None:
        raise Problem(410, "This artist is no longer in the calendar.")
    return Subject(artist_path(artist_id, artist["name"]), artist["name"], f"artist:{artist_id}")


def _event(connection: Connection, event_id: uuid.UUID) -> Subject:
    event = event_by_id(connection, event_id)
    if event is None or event.is_hidden:
        raise Problem(410, "This event is no longer in the calendar.")
    return Subject(event_path(event.id, event.event_day, event.title), event.title, f"event:{event.id}")


def _only(ids: Sequence[uuid.UUID] | None) -> uuid.UUID:
    assert ids, "a place of one thing asks for it by its id"
    return ids[0]
