"""The fields of an event: each is declared here once, and a new one is a line here and a migration.

From this table come the columns that a build writes and the read side reads, the choice of a value among rows, what a
person may correct and how that is read, and the value's place in records and on pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class FieldType(Enum):
    """What a field holds. The type says how a correction is read and how a value is shown."""

    TITLE = auto()
    TEXT = auto()
    PROSE = auto()
    ACTS = auto()
    """The bill: names in order. It has no column, but rows of `event_artists`."""
    DAY = auto()
    HOUR = auto()
    """Local, HH:MM; an instant in its column. One that the clock shows twice bears its offset: `01:30-08:00`."""
    WORDS = auto()
    """A list of words, in order."""
    KIND = auto()
    STATUS = auto()
    VENUE = auto()
    AMOUNT = auto()
    CURRENCY = auto()
    YES_NO = auto()
    AGE = auto()
    """Years; 0 is all ages."""
    URL = auto()


class Priority(Enum):
    """Whose value an event takes where its rows differ."""

    HOUSE_FIRST = auto()
    """The venue knows its hours and door policy."""
    SELLER_FIRST = auto()
    """The ticket seller knows prices, tickets, and what is sold out or called off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventField:
    """One field of an event."""

    name: str
    """What people and programs call it; a correction names it so."""
    type: FieldType
    column: str | None
    """Of `events`."""
    entry: str
    """Its key in `events.provenance`."""
    priority: Priority | None = None
    """None: it is not chosen by itself, but with the others of its group, or with the founding row."""
    of_reading: str | None = None
    """The attribute of a row's reading (carpenter/model.py) that holds it."""
    is_optional: bool = True
    """May an event have none?"""


def _field(
    name: str,
    type: FieldType,
    priority: Priority | None,
    of_reading: str | None,
    *,
    column: str | None = "",
    entry: str | None = None,
    is_optional: bool = True,
) -> EventField:
    """A field whose column and entry bear its name, unless others are given."""
    column = name if column == "" else column
    return EventField(
        name=name,
        type=type,
        column=column,
        entry=entry or column or name,
        priority=priority,
        of_reading=of_reading,
        is_optional=is_optional,
    )


_HOUSE, _SELLER = Priority.HOUSE_FIRST, Priority.SELLER_FIRST

EVENT_FIELDS: tuple[EventField, ...] = (
    _field("title", FieldType.TITLE, _HOUSE, "title", is_optional=False),
    _field("artists", FieldType.ACTS, _HOUSE, "listed_acts", column=None, entry="bill"),
    _field("kind", FieldType.KIND, _HOUSE, "known_kind", is_optional=False),
    _field("genres", FieldType.WORDS, None, None),
    _field("status", FieldType.STATUS, _SELLER, "status", is_optional=False),
    _field("event_day", FieldType.DAY, _HOUSE, "listed_day", is_optional=False),
    _field("end_day", FieldType.DAY, _HOUSE, "end_day"),
    _field("doors_time", FieldType.HOUR, _HOUSE, "instants.doors_at", column="doors_at"),
    _field("start_time", FieldType.HOUR, _HOUSE, "instants.starts_at", column="starts_at"),
    _field("end_time", FieldType.HOUR, _HOUSE, "instants.ends_at", column="ends_at"),
    _field("venue", FieldType.VENUE, None, None, column="venue_id", entry="venue"),
    _field("price_min", FieldType.AMOUNT, None, None),
    _field("price_max", FieldType.AMOUNT, None, None),
    _field("currency", FieldType.CURRENCY, None, None),
    _field("is_free", FieldType.YES_NO, None, None),
    _field("min_age", FieldType.AGE, _HOUSE, "min_age"),
    _field("event_url", FieldType.URL, _HOUSE, "event_url"),
    _field("ticket_url", FieldType.URL, _SELLER, "ticket_url"),
    _field("image_url", FieldType.URL, _HOUSE, "image_url"),
    _field("presenter", FieldType.TEXT, _HOUSE, "bill.presenter"),
    _field("tour", FieldType.TEXT, _HOUSE, "bill.tour"),
    _field("description", FieldType.PROSE, _HOUSE, "description"),
)
"""In the order in which a person is shown them."""

PRICE_ENTRY = "price"
"""The key in `events.provenance` of the price: its numbers, its currency and whether it is free are one row's."""

FIELD_OF: Mapping[str, EventField] = {field.name: field for field in EVENT_FIELDS}

CORRECTED: Mapping[str, EventField] = {
    field.column if field.type is FieldType.VENUE and field.column else field.name: field for field in EVENT_FIELDS
}
"""The fields by the names that decisions have for them: a venue is corrected by its id."""

HOUR_COLUMNS: Mapping[str, str] = {
    field.name: field.column for field in EVENT_FIELDS if field.type is FieldType.HOUR and field.column
}
"""The column of each field that is an hour."""
