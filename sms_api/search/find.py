"""Finding events, artists and venues: in the index, or, where there is none or it cannot say, in the catalog itself."""

from __future__ import annotations

import logging
import re
import sqlite3
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import orjson
from sqlalchemy import Connection

from sms_api.search.entries import first_place, last_place
from sms_api.search.files import SearchFiles
from sms_api.search.reader import LAST_PLACE, FoundName, IndexReader, Span
from sms_api.search.understand import understood
from sms_api.search.words import words_of
from sms_catalog.event_cards import events_page, read_events
from sms_catalog.events import CatalogEvent
from sms_catalog.query import Query
from sms_catalog.query_parameters import digest
from sms_catalog.query_problems import InvalidQuery, QueryProblem

logger = logging.getLogger("sms_api.search")

LONGEST = 500
"""Characters of what is asked that are read."""

MOST_WORDS = 16

NAMES = 10
"""Artists, and venues, that are shown."""

_EXAMINED = 5_000
"""Events with the words that are looked at for one page, where a filter lets few pass."""

_AT_A_TIME = 250

_OF_INDEX, _OF_CATALOG = "i", "c"
"""How the cursors of each begin."""

_OPERATORS = re.compile(r'"|(?<!\S)-\w')
"""Phrases and words that must not be there, which the index does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found."""

    events: Sequence[CatalogEvent]
    """Those with the words in title, bill or room, by night and hour; then those with them elsewhere, again so."""
    artists: Sequence[FoundName]
    """With the first page only."""
    venues: Sequence[FoundName]
    understood: str | None
    """The words that were looked for instead, since nothing has those that were asked for."""
    next_cursor: str | None
    is_indexed: bool
    """Was the index asked? Without it no slips are forgiven."""


_NOTHING = Found(events=(), artists=(), venues=(), understood=None, next_cursor=None, is_indexed=True)


@dataclass(frozen=True, slots=True)
class _At:
    """An event in the order of what is found: 0 for words in names, 1 for those elsewhere; then its place."""

    rank: int
    place: int


def find(connection: Connection, files: SearchFiles, query: Query, *, limit: int, cursor: str | None) -> Found:
    """What has the words of a query, of whose `when` the nights are known; its order is that of `Found`.

    Without words it is all that the query chooses. A search that began in the catalog itself goes on there. Raises
    InvalidQuery for a cursor of another search.
    """
    words = asked_words(query)
    if query.words is not None and not words:
        return _NOTHING
    if cursor is not None and cursor.startswith(_OF_CATALOG):
        return _find_in_catalog(connection, words, query, limit, cursor.removeprefix(_OF_CATALOG))
    after = _read_cursor(cursor, query) if cursor is not None else None
    if can_be_indexed(query) and (reader := files.reader(connection)) is not None:
        try:
            return _find_in_index(connection, reader, words, query, limit, after)
        except sqlite3.DatabaseError:  # whoever writes the index sees the damage too, and builds it anew
            logger.exception("the search index cannot be read")
            files.drop(reader)
    if cursor is not None:
        raise _invalid_cursor("is of the index, which is being made anew: begin anew without it")
    return _find_in_catalog(connection, words, query, limit, None)


def asked_words(query: Query) -> Sequence[str]:
    """The words that a query looks for."""
    return words_of([(query.words or "")[:LONGEST]])[:MOST_WORDS]


def can_be_indexed(query: Query) -> bool:
    """Does the index know all that is asked with the words?

    It knows no phrases, no words that must not be there, no days gone by, and no other order.
    """
    if query.words is None or _OPERATORS.search(query.words):
        return False
    return query.at is None and query.ids is None and query.order == "time"


def _find_in_index(
    connection: Connection, reader: IndexReader, asked: Sequence[str], query: Query, limit: int, after: _At | None
) -> Found:
    span = span_of(query)
    words = understood(reader, asked, span)
    if words is None:
        return _NOTHING
    events, last = _page(connection, reader, words, query, span, limit, after)
    return Found(
        events=events,
        artists=reader.names("artist", words, query.city, NAMES) if after is None else (),
        venues=reader.names("venue", words, query.city, NAMES) if after is None else (),
        understood=None if words == asked else " ".join(words),
        next_cursor=None if last is None else _cursor(last, query),
        is_indexed=True,
    )


def _page(
    connection: Connection,
    reader: IndexReader,
    words: Sequence[str],
    query: Query,
    span: Span,
    limit: int,
    after: _At | None,
) -> tuple[list[CatalogEvent], _At | None]:
    """At most `limit` events, and behind which one to go on, if there may be more."""
    candidates = _candidates(reader, words, span, after)
    found: list[tuple[_At, CatalogEvent]] = []
    examined = 0
    at_a_time = limit + 1 if _is_known_to_index(query) else _AT_A_TIME
    while batch := list(islice(candidates, at_a_time)):
        examined += len(batch)
        ids = reader.event_ids([at.place for at in batch])
        known = [i for i in ids if i is not None]
        # Read anew, so that an event which was hidden or moved just now is not shown as the index still knows it.
        rows = read_events(connection, replace(query, words=None, ids=known, order="time", limit=None))
        events = {event.id: event for event in rows}
        found += [(at, events[i]) for at, i in zip(batch, ids, strict=True) if i is not None and i in events]
        if len(found) > limit:
            return [event for _, event in found[:limit]], found[limit - 1][0]
        if examined >= _EXAMINED:
            return [event for _, event in found], batch[-1]
    return [event for _, event in found], None


def _candidates(reader: IndexReader, words: Sequence[str], span: Span, after: _At | None) -> Iterator[_At]:
    for rank, places in enumerate((reader.named_events, reader.other_events)):
        if after is None or after.rank <= rank:
            rest = replace(span, first=after.place + 1) if after and after.rank == rank else span
            yield from (_At(rank, place) for place in places(words, rest))


def span_of(query: Query) -> Span:
    """The places of the events of a query's scene and nights."""
    first, last = query.first_night, query.last_night
    everything = Span()
    return Span(
        everything.first if first is None else first_place(first),
        everything.last if last is None else last_place(last),
        query.city,
    )


def _is_known_to_index(query: Query) -> bool:
    """Do words, scene and nights say all that is asked?"""
    return replace(query, words=None, city=None, first_night=None, last_night=None, order="time") == Query()


def _find_in_catalog(
    connection: Connection, words: Sequence[str], query: Query, limit: int, cursor: str | None
) -> Found:
    page = events_page(connection, query, limit=limit, cursor=cursor)
    artists = (FoundName(uuid.UUID(act["id"]), act["name"]) for event in page.events for act in event.artists)
    venues = (FoundName(event.venue.id, event.venue.name) for event in page.events if event.venue)
    return Found(
        events=page.events,
        artists=_called(artists, words) if cursor is None else (),
        venues=_called(venues, words) if cursor is None else (),
        understood=None,
        next_cursor=None if page.next_cursor is None else _OF_CATALOG + page.next_cursor,
        is_indexed=False,
    )


def _called(names: Iterable[FoundName], words: Sequence[str]) -> list[FoundName]:
    """Those that have all the words, each once."""
    called = {each.id: each for each in names if words and set(words) <= set(words_of([each.name]))}
    return list(called.values())[:NAMES]


def _cursor(at: _At, query: Query) -> str:
    told = orjson.dumps([digest(query), at.rank, at.place])
    return _OF_INDEX + urlsafe_b64encode(told).rstrip(b"=").decode()


def _read_cursor(cursor: str, query: Query) -> _At:
    try:
        packed = cursor.removeprefix(_OF_INDEX)
        of_query, rank, place = orjson.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        is_at = type(rank) is type(place) is int and rank in (0, 1) and 0 <= place < LAST_PLACE
        if is_at and of_query == digest(query):
            return _At(rank, place)
    except (TypeError, ValueError):
        pass
    raise _invalid_cursor("is none that this search gave: take next_cursor as it is, or leave it out")


def _invalid_cursor(message: str) -> InvalidQuery:
    return InvalidQuery([QueryProblem("cursor", message)])
