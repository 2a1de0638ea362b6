"""What a person may name on the command line, looked up: cities, sources, venues, queries. What is unknown ends the
command.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated

import typer
from sqlalchemy import Connection

from sms_catalog.artists import artists_named
from sms_catalog.known_values import known_values
from sms_catalog.query import Query
from sms_catalog.query_parameters import parameters_of, parse_query
from sms_catalog.query_problems import InvalidQuery
from sms_catalog.raw_rows import source_slugs
from sms_catalog.venues import city_zones, venues_named
from sms_database.cli import fail
from sms_database.venues import all_venue_facts, city_facts
from sms_database.vocabulary import EVENT_KINDS

_SHOWN = 12

Where = Annotated[
    list[str] | None,
    typer.Option(
        metavar="QUERY",
        help="Only what these parameters choose, as in an address: 'hood=Ballard&price=20&after=21:00'. They go before"
        " the other options; docs/query.md lists them.",
    ),
]
"""The option of commands that take any query."""


def query_where(connection: Connection, where: Sequence[str], defaults: Query) -> Query:
    """The query of some `--where` options, with the defaults for what they leave open.

    Rooms and acts may be called by a name, as in other options.
    """
    try:
        pairs = [pair for text in where for pair in parameters_of(text)]
        named = [(name, _id_of(connection, name, value)) for name, value in pairs]
        query = parse_query(named, defaults=defaults, known=known_values(connection))
    except InvalidQuery as problem:
        fail(f"--where: {problem}")
    if query.at is not None:
        fail("--where: at: the commands show what is; the server shows what was")
    return query


def _id_of(connection: Connection, parameter: str, value: str) -> str:
    if not value.strip():
        return value
    if parameter == "venue":
        return str(known_venue(connection, value))
    return str(known_artist(connection, value)) if parameter == "artist" else value


def known_city(connection: Connection, slug: str) -> str:
    """A city of the catalog, or of cities.toml."""
    return _one_of("city", slug, {*city_zones(connection), *city_facts()})


def zone_of(connection: Connection, city: str) -> str:
    """The time zone of a city; UTC where none is known."""
    facts = city_facts().get(city)
    return (facts.timezone if facts else city_zones(connection).get(city)) or "UTC"


def known_source(connection: Connection, slug: str) -> str:
    """A source that rows were stored of."""
    return _one_of("source", slug, source_slugs(connection))


def known_kind(kind: str) -> str:
    """A kind of event."""
    return _one_of("kind", kind, EVENT_KINDS)


def known_venue(connection: Connection, asked: str) -> uuid.UUID:
    """The id of the one venue with this key, id, slug, name or alias."""
    described = all_venue_facts()
    if asked in described:
        return described[asked].id
    found = venues_named(connection, asked)
    if not found:
        keys = {venue.name.lower(): key for key, venue in described.items()} | {key: key for key in described}
        near = [keys[name] for name in get_close_matches(asked.lower(), keys, n=3, cutoff=0.5)]
        fail(f"no venue {asked!r}: give its key, id or exact name{_hint(dict.fromkeys(near))}")
    if len(found) > 1:
        named = "; ".join(f"{venue['name']}, {venue['city']}: {venue['id']}" for venue in found[:_SHOWN])
        fail(f"several venues are called {asked!r}, take an id: {named}")
    venue_id: uuid.UUID = found[0]["id"]
    return venue_id


def known_artist(connection: Connection, asked: str) -> uuid.UUID:
    """The id of the one artist with this id, slug, name or spelling."""
    found = artists_named(connection, asked)
    if not found:
        fail(f"no artist {asked!r}: give an id, or a name as the catalog has it")
    if len(found) > 1:
        named = "; ".join(f"{artist['name']}: {artist['id']}" for artist in found[:_SHOWN])
        fail(f"several artists are called {asked!r}, take an id: {named}")
    artist_id: uuid.UUID = found[0]["id"]
    return artist_id


def _one_of(what: str, given: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if given not in names:
        near = get_close_matches(given, names, n=3, cutoff=0.5) or names[:_SHOWN]
        fail(f"no {what} {given!r}{_hint(near)}")
    return given


def _hint(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f" (perhaps {listed})" if listed else ""
