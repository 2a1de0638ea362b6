"""The parameters of a query, each declared once: addresses are read and written by this table. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sms_catalog import query_values as values
from sms_catalog.query import ORDERS, ROOM_SIZES, WHENS
from sms_database.vocabulary import EVENT_KINDS, EVENT_STATUSES

ALL = "all"
"""The value that takes a default away."""

NIGHTS = frozenset({"when", "night", "from", "to"})
"""The parameters that choose nights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an address."""

    name: str
    field: str
    """The field of Query that it gives."""
    sentence: str
    """What it chooses."""
    form: str
    """How a value is written."""
    example: str
    read: Callable[[str], Any]
    """From a text; raises WrongValue."""
    write: Callable[[Any], str] = str
    is_list: bool = False
    """May it be given several times? Then an event may have any of its values."""
    may_be_all: bool = False
    """Is ALL a value, which takes a default away?"""
    is_free_text: bool = False
    """Is any word a value, "null" too?"""
    folds: bool = False
    """Is a value what `folded_name` makes of its text?"""


def _venue(given: str) -> uuid.UUID | str:
    return values.read_uuid(given) if "-" in given else values.read_slug(given)


def _night(name: str, field: str, sentence: str) -> Parameter:
    return Parameter(
        name=name, field=field, sentence=sentence, form="YYYY-MM-DD", example="2026-11-20", read=values.read_day
    )


def _hour(name: str, field: str, sentence: str, example: str) -> Parameter:
    return Parameter(
        name=name,
        field=field,
        sentence=sentence,
        form="HH:MM",
        example=example,
        read=values.read_hour,
        write=lambda hour: f"{hour:%H:%M}",
    )


_DECLARED = (
    Parameter(
        name="city",
        field="city",
        sentence="The scene: the area that one calendar covers.",
        form="slug",
        example="seattle",
        read=values.read_slug,
        may_be_all=True,
    ),
    Parameter(
        name="when",
        field="when",
        sentence="Nights by a word, which is taken anew each time: a night ends at five in the morning, a weekend is"
        " Friday to Sunday, a week is tonight and six more.",
        form=" ".join(WHENS),
        example="weekend",
        read=values.word_of(WHENS, "word for nights"),
        may_be_all=True,
    ),
    _night("night", "night", "One night: what begins after midnight is of the night before."),
    _night("from", "first_night", "The first night."),
    _night("to", "last_night", "The last night."),
    _night("first_day", "first_day", "The first day by the calendar of the place, whatever the hour."),
    _night("last_day", "last_day", "The last such day."),
    _hour("after", "starts_after", "The show, else the doors, at this local hour of the night or later.", "21:00"),
    _hour("before", "starts_before", "At this hour or earlier; 01:30 is later than 22:00.", "01:30"),
    Parameter(
        name="venue",
        field="venues",
        sentence="A room, or a house with all its rooms.",
        form="key of venues.toml, or id",
        example="blue_moon",
        read=_venue,
        is_list=True,
    ),
    Parameter(
        name="artist",
        field="artist",
        sentence="An act on the bill.",
        form="id",
        example="9f33f998-7fd3-55fe-ba64-0eb1eb76693c",
        read=values.read_uuid,
    ),
    Parameter(
        name="hood",
        field="neighborhoods",
        sentence="The neighborhood of the room; capitals, accents and signs do not matter.",
        form="name",
        example="Capitol Hill",
        read=values.read_folded,
        is_list=True,
        folds=True,
    ),
    Parameter(
        name="near",
        field="near",
        sentence="Around this place; with `km`.",
        form="latitude,longitude",
        example="47.6143,-122.3201",
        read=values.read_point,
        write=values.point_text,
    ),
    Parameter(
        name="km",
        field="km",
        sentence="At most so many kilometres from `near`.",
        form=f"more than 0, at most {values.FARTHEST}",
        example="1.5",
        read=values.read_km,
        write=values.number_text,
    ),
    Parameter(
        name="price",
        field="price_max",
        sentence="The cheapest ticket costs at most this, in the currency of the event.",
        form="digits, two decimals at most",
        example="20",
        read=values.read_amount,
        write=values.number_text,
    ),
    Parameter(
        name="free",
        field="is_free",
        sentence="Known to be free, or known not to be.",
        form="yes no",
        example="yes",
        read=values.read_yes_no,
        write=values.yes_no_text,
    ),
    Parameter(
        name="age",
        field="age",
        sentence="Lets in somebody of this age; `all`: all ages.",
        form=f"years from 0 to {values.OLDEST}, or all",
        example="18",
        read=values.read_age,
        write=values.age_text,
    ),
    Parameter(
        name="kind",
        field="kinds",
        sentence="The kind of event.",
        form=" ".join(EVENT_KINDS),
        example="open_mic",
        read=values.word_of(EVENT_KINDS, "kind of event"),
        is_list=True,
        may_be_all=True,
    ),
    Parameter(
        name="genre",
        field="genres",
        sentence="A genre that a source names; capitals, accents and signs do not matter.",
        form="name",
        example="hip-hop",
        read=values.read_folded,
        is_list=True,
        folds=True,
    ),
    Parameter(
        name="source",
        field="sources",
        sentence="Listed by this source, perhaps by others too.",
        form="name",
        example="blue_moon",
        read=str,
        is_list=True,
    ),
    Parameter(
        name="status",
        field="statuses",
        sentence="Whether it takes place.",
        form=" ".join(EVENT_STATUSES),
        example="scheduled",
        read=values.word_of(EVENT_STATUSES, "status"),
        is_list=True,
        may_be_all=True,
    ),
    Parameter(
        name="size",
        field="room_sizes",
        sentence="The room holds up to 200 people, up to 1,000, or more.",
        form=" ".join(ROOM_SIZES),
        example="small",
        read=values.word_of(tuple(ROOM_SIZES), "size of a room"),
        is_list=True,
    ),
    Parameter(
        name="q",
        field="words",
        sentence='Words of title, bill, room or description; `"a phrase"`, `or` and `-without` mean what they do in a'
        " search box.",
        form="text",
        example='"tin heron" -karaoke',
        read=values.read_words,
        is_free_text=True,
    ),
    Parameter(
        name="id",
        field="ids",
        sentence="These events; a former id leads to the event that took its place.",
        form="id",
        example="88f7aed3-4bf6-5a54-bdb5-50d29c896bf4",
        read=values.read_uuid,
        is_list=True,
    ),
    Parameter(
        name="order",
        field="order",
        sentence="By night and hour, by local day and hour, the newest announced first, or the cheapest first.",
        form=" ".join(ORDERS),
        example="new",
        read=values.word_of(ORDERS, "order"),
    ),
    Parameter(
        name="at",
        field="at",
        sentence="As the calendar stood at the end of this local day, or at this instant.",
        form="YYYY-MM-DD, or an instant like 2026-11-01T18:30Z",
        example="2026-11-01",
        read=values.read_moment,
        write=values.moment_text,
    ),
)

PARAMETERS: Mapping[str, Parameter] = {parameter.name: parameter for parameter in _DECLARED}
"""In the order in which a person is told of them."""
