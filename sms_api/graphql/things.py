"""What has a global id: each kind of thing, its type in the schema, its key, and how many of it are read at once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from sms_catalog.artists import artists_by_ids
from sms_catalog.audit_records import records_by_ids
from sms_catalog.changes import changes_numbered
from sms_catalog.event_rows import event_rows_by_ids
from sms_catalog.runs import runs_by_ids
from sms_catalog.sources import sources_by_slugs
from sms_catalog.venues import cities_by_slugs, venues_by_ids

Thing = Mapping[str, Any]
"""What the catalog says of a thing, or as much as was asked for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing. Its global ids are KIND:KEY."""

    name: str
    type_name: str
    key: str
    """The member of a thing that is its key."""
    read_key: Callable[[str], Any]
    """The key that a text is; raises ValueError."""
    read: Callable[[Connection, Sequence[Any], Collection[str]], dict[Any, Thing]]
    """Those of these keys that readers see, by key, with these members at least."""

    def global_id(self, thing: Thing) -> str:
        """The global id of one of the kind."""
        return f"{self.name}:{thing[self.key]}"


def _uuid(text: str) -> str:
    if str(uuid.UUID(text)) != text:
        raise ValueError("not as it is written")
    return text


def _slug(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", text) is None:
        raise ValueError("no slug")
    return text


def _number(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,17}", text) is None:
        raise ValueError("no number")
    return int(text)


def _keyed(
    read: Callable[[Connection, Collection[Any]], Sequence[Thing]], key: str, form: Callable[[Any], Any]
) -> Callable[[Connection, Sequence[Any], Collection[str]], dict[Any, Thing]]:
    def by_key(connection: Connection, keys: Sequence[Any], _: Collection[str]) -> dict[Any, Thing]:
        return {form(thing[key]): thing for thing in read(connection, keys)}

    return by_key


def _runs(kind: str) -> Callable[[Connection, Sequence[Any], Collection[str]], dict[Any, Thing]]:
    return _keyed(lambda connection, ids: list(map(asdict, runs_by_ids(connection, kind, ids))), "id", int)


def _changes(connection: Connection, numbers: Collection[int]) -> list[Thing]:
    return list(map(asdict, changes_numbered(connection, numbers)))


EVENT = Kind("event", "Event", "id", _uuid, event_rows_by_ids)
VENUE = Kind("venue", "Venue", "id", _uuid, _keyed(venues_by_ids, "id", str))
ARTIST = Kind("artist", "Artist", "id", _uuid, _keyed(artists_by_ids, "id", str))
CITY = Kind("city", "City", "slug", _slug, _keyed(cities_by_slugs, "slug", str))
SOURCE = Kind("source", "Source", "slug", _slug, _keyed(sources_by_slugs, "slug", str))
CRAWL = Kind("crawl_run", "Run", "id", _number, _runs("crawl"))
BUILD = Kind("carpenter_run", "Run", "id", _number, _runs("carpenter"))
RECORD = Kind("record", "Record", "id", _number, _keyed(records_by_ids, "id", int))
CHANGE = Kind("change", "Change", "seq", _number, _keyed(_changes, "seq", int))

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (EVENT, VENUE, ARTIST, CITY, SOURCE, CRAWL, BUILD, RECORD, CHANGE)
}


def kind_of(global_id: str) -> tuple[Kind, Any] | None:
    """The kind and the key that a global id tells; None where it is none."""
    name, _, key = global_id.partition(":")
    try:
        return KINDS[name], KINDS[name].read_key(key)
    except (KeyError, ValueError):
        return None
