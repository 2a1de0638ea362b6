"""The rows of the search index: a document of the catalog in folded words, at its place in the order. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date

from sms_api.search.words import words_of
from sms_catalog.search_documents import EventText, NamedText

_MINUTE_BITS, _ID_BITS = 11, 22
"""Of an event's place: the minute of its night, and the first bits of its id, which is the order of lists."""

_NAME_BITS = 40
_MOST_COMING = 15
"""Events to come are told by powers of two up to this one, so that a name seldom moves."""


@dataclass(frozen=True, slots=True)
class EventEntry:
    """An event in the index."""

    id: bytes
    place: int
    """Its rowid, if that is free: by night, minute and id."""
    city: str
    venue: bytes | None
    artists: bytes
    """Their ids, one behind the other."""
    names: str
    """Words of title, acts and room."""
    texts: str
    """The other words."""

    @property
    def slot(self) -> int:
        """Its night and minute."""
        return self.place >> _ID_BITS

    def is_same_as(self, held: object) -> bool:
        """Does the index hold it so, at whichever free place of its minute?"""
        return isinstance(held, EventEntry) and held.slot == self.slot and replace(held, place=self.place) == self


@dataclass(frozen=True, slots=True)
class NameEntry:
    """An artist or a venue in the index."""

    id: bytes
    entity: str
    place: int
    """Its rowid, if that is free: those with the most events to come first."""
    name: str
    folded: str
    """The words of its name alone."""
    cities: str
    words: str
    """Of its name and aliases."""

    @property
    def slot(self) -> int:
        """By how many events it has to come."""
        return self.place >> _NAME_BITS

    def is_same_as(self, held: object) -> bool:
        """Does the index hold it so?"""
        return isinstance(held, NameEntry) and held.slot == self.slot and replace(held, place=self.place) == self


def event_entry(event: EventText) -> EventEntry:
    """The entry of an event."""
    names = words_of(event.names)
    known = set(names)
    return EventEntry(
        id=event.id.bytes,
        place=first_place(event.night) | event.minute << _ID_BITS | event.id.int >> (128 - _ID_BITS),
        city=event.city,
        venue=event.venue_id.bytes if event.venue_id else None,
        artists=b"".join(artist.bytes for artist in event.artist_ids),
        names=" ".join(names),
        texts=" ".join(word for word in words_of([event.description]) if word not in known),
    )


def name_entry(named: NamedText) -> NameEntry:
    """The entry of an artist or a venue."""
    folded = words_of([named.name])
    place = max(0, _MOST_COMING - named.coming.bit_length()) << _NAME_BITS | named.id.int >> (128 - _NAME_BITS)
    return NameEntry(
        id=named.id.bytes,
        entity=named.entity,
        place=place,
        name=named.name,
        folded=" ".join(folded),
        cities=" ".join(map(city_token, sorted(named.cities))),
        words=" ".join(words_of([*folded, *named.aliases])),
    )


def first_place(night: date) -> int:
    """The least place of a night; all of its events stand before the next night's."""
    return night.toordinal() << (_MINUTE_BITS + _ID_BITS)


def last_place(night: date) -> int:
    """The greatest place of a night."""
    return (night.toordinal() + 1 << (_MINUTE_BITS + _ID_BITS)) - 1


def city_token(slug: str) -> str:
    """The word by which a scene's events are found; no text has it, since no word of a text has a colon."""
    return f"city:{slug}"


def ids_of(packed: bytes) -> list[uuid.UUID]:
    """The ids of `EventEntry.artists`."""
    return [uuid.UUID(bytes=packed[n : n + 16]) for n in range(0, len(packed), 16)]
