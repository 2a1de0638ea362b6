"""The fields of each export, and what they hold: the JSON Schema of `export --schema`, and docs/export.md. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sms_database.vocabulary import EVENT_KINDS, EVENT_STATUSES

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Field(NamedTuple):
    """A field of a record: its JSON Schema and what it holds."""

    schema: Mapping[str, Any]
    holds: str


def _text(*, known: bool = False, pattern: str | None = None) -> dict[str, Any]:
    return {"type": "string" if known else ["string", "null"]} | ({"pattern": pattern} if pattern else {})


_ID = {"type": "string", "format": "uuid"}
_NO_ID = {"type": ["string", "null"], "format": "uuid"}
_DAY = r"^\d{4}-\d\d-\d\d$"
_HOUR = r"^\d\d:\d\d$"
_INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
_NUMBER = {"type": ["number", "null"]}
_TEXTS = {"type": "array", "items": {"type": "string"}}


def _object(fields: Mapping[str, Mapping[str, Any]], *, may_be_null: bool = False) -> dict[str, Any]:
    return {
        "type": ["object", "null"] if may_be_null else "object",
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }


_VENUE = _object(
    {
        "id": _ID,
        "name": _text(known=True),
        "address": _text(),
        "city": _text(),
        "region": _text(),
        "postal_code": _text(),
        "latitude": _NUMBER,
        "longitude": _NUMBER,
    },
    may_be_null=True,
)
_ACT = _object({"id": _ID, "name": _text(known=True), "role": _text(known=True)})
_SOURCE = _object({"source": _text(known=True), "source_event_id": _text(known=True), "source_url": _text()})
_LINK = _object({"kind": _text(known=True), "value": _text(known=True)})

EVENT_FIELDS: Mapping[str, Field] = {
    "id": Field(_ID, "stays for as long as the show does; of two that prove to be one the older stays"),
    "title": Field(_text(known=True), "as its best source prints it"),
    "kind": Field({"enum": sorted(EVENT_KINDS)}, "what kind of evening it is"),
    "status": Field({"enum": sorted(EVENT_STATUSES)}, "unlisted: its sources no longer list it"),
    "event_day": Field(_text(known=True, pattern=_DAY), "the local day on which it begins"),
    "start_time": Field(_text(pattern=_HOUR), "HH:MM, local; null where no source tells it"),
    "doors_time": Field(_text(pattern=_HOUR), "HH:MM, local"),
    "end_time": Field(_text(pattern=_HOUR), "HH:MM, local, perhaps of a later day"),
    "timezone": Field(_text(), "IANA name of the zone of the three hours"),
    "starts_at": Field(_text(pattern=_INSTANT), "the start as an instant in UTC"),
    "venue": Field(_VENUE, "where it is; null where no source tells it"),
    "artists": Field({"type": "array", "items": _ACT}, "who plays, in the order of billing"),
    "price_min": Field(_NUMBER, "of the cheapest ticket, in `currency`"),
    "price_max": Field(_NUMBER, "of the dearest one"),
    "currency": Field(_text(), "ISO 4217"),
    "is_free": Field({"type": ["boolean", "null"]}, "null where nothing tells"),
    "min_age": Field({"type": ["integer", "null"]}, "years to enter; 0 for all ages"),
    "event_url": Field(_text(), "its own page"),
    "ticket_url": Field(_text(), "where tickets are sold"),
    "image_url": Field(_text(), "a picture of it"),
    "description": Field(_text(), "as plain text"),
    "sources": Field({"type": "array", "items": _SOURCE}, "the raw rows that it is made of, the oldest first"),
    "end_day": Field(_text(pattern=_DAY), "the last local day, of what goes on for several"),
    "night": Field(_text(known=True, pattern=_DAY), "the night it is of: after midnight that of the day before"),
    "city": Field(_text(known=True), "slug of the scene whose calendar has it"),
    "slug": Field(_text(known=True), "of its day and title; two events may have one"),
    "genres": Field(_TEXTS, "as its sources name them"),
    "presenter": Field(_text(), "who presents it"),
    "tour": Field(_text(), "the tour that it is part of"),
    "first_seen": Field(_text(known=True, pattern=_INSTANT), "when the first of its rows was first seen"),
    "changed_at": Field(_text(known=True, pattern=_INSTANT), "when one of its rows last changed"),
}

VENUE_FIELDS: Mapping[str, Field] = {
    "id": Field(_ID, "stays for as long as the venue does"),
    "key": Field(_text(), "its entry in venues.toml; null where it is known from listings only"),
    "name": Field(_text(known=True), "official, else as most listings spell it"),
    "aliases": Field(_TEXTS, "its other spellings"),
    "scene": Field(_text(), "slug of the calendar that it is on"),
    "address": Field(_text(), "street and number"),
    "city": Field(_text(), "town of its address"),
    "region": Field(_text(), "state or province"),
    "postal_code": Field(_text(), ""),
    "country": Field(_text(), "ISO 3166-1, two letters"),
    "latitude": Field(_NUMBER, "degrees north, WGS 84"),
    "longitude": Field(_NUMBER, "degrees east"),
    "timezone": Field(_text(), "IANA name"),
    "neighborhood": Field(_text(), "as the city's readers call it"),
    "capacity": Field({"type": ["integer", "null"]}, "people"),
    "website": Field(_text(), ""),
    "parent_id": Field(_NO_ID, "of a room, the house that it is in"),
}

ARTIST_FIELDS: Mapping[str, Field] = {
    "id": Field(_ID, "stays for as long as the artist does"),
    "name": Field(_text(known=True), "as most rows spell it"),
    "aliases": Field(_TEXTS, "its other spellings"),
    "links": Field({"type": "array", "items": _LINK}, "ids and pages that services give of it"),
}

LINK_FIELDS: Mapping[str, Field] = {
    "source": Field(_text(known=True), "which source the raw row is of"),
    "source_event_id": Field(_text(known=True), "its id there"),
    "event_id": Field(_NO_ID, "the event that it is part of; null for none"),
    "venue_id": Field(_NO_ID, "the room that it names"),
    "artists": Field(
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
        "the acts that this row itself names: `[name, id]`",
    ),
    "reason": Field(_text(known=True), "only where it is part of no event: why"),
}

FIELDS: Mapping[str, Mapping[str, Field]] = {
    "events": EVENT_FIELDS,
    "venues": VENUE_FIELDS,
    "artists": ARTIST_FIELDS,
    "links": LINK_FIELDS,
}
"""By the name of the export. What `raw` has are the fields of a raw event, docs/export.md says where they stand."""

_NOT_ALWAYS: Sequence[str] = ("reason",)


def json_schema(what: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record of one of FIELDS."""
    fields = FIELDS[what]
    return {
        "$schema": _DRAFT,
        "title": f"a record of `carpenter export --what {what}`",
        "type": "object",
        "properties": {
            name: dict(field.schema) | ({"description": field.holds} if field.holds else {})
            for name, field in fields.items()
        },
        "required": [name for name in fields if name not in _NOT_ALWAYS],
        "additionalProperties": False,
    }
