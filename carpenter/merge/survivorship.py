"""From a group of readings to one event, field by field, with the reason for each choice. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from carpenter.merge.losing_values import losing_values
from carpenter.merge.overrides import override
from carpenter.merge.whole_bill import later_sets, whole_bill
from carpenter.model import EventRow, Reading
from carpenter.titles.bill import Act
from sms_database.decisions import DecisionFacts
from sms_database.event_fields import EVENT_FIELDS, PRICE_ENTRY, Priority
from sms_database.ids import artist_uuid
from sms_database.vocabulary import DOUBTFUL_KIND
from sms_text.local_hours import night_of
from sms_text.text import fold_key, fold_text, slugify

OWN, SELLER, FEED, RULE = "venue's own page", "ticket seller", "listing", "weekly rule"

SOURCE_PRIORITY: Mapping[Priority, tuple[str, ...]] = {
    Priority.HOUSE_FIRST: (OWN, SELLER, FEED, RULE),
    Priority.SELLER_FIRST: (SELLER, OWN, FEED, RULE),
}
"""The roles that a source can have for an event, the first in priority first. Within a role the source's trust decides,
then the row that was posted last."""

_CHOSEN = [(field.entry, field.priority, field.of_reading) for field in EVENT_FIELDS if field.priority is not None]
# A price's numbers, its currency and whether it is free are taken from one row.
_CHOSEN.append((PRICE_ENTRY, Priority.SELLER_FIRST, "known_price"))

_ENTRIES = [entry for entry, _, _ in _CHOSEN]
_OF_SELLERS = frozenset(entry for entry, priority, _ in _CHOSEN if priority is Priority.SELLER_FIRST)
_values = attrgetter(*(of_reading for _, _, of_reading in _CHOSEN if of_reading is not None))
"""The values of a reading, in the order of _ENTRIES; None where it has none."""

MAX_GENRES = 20
"""Genres of an event that are kept: a source that names more lists its whole vocabulary."""

_NOON = 12

_BILL = _ENTRIES.index("bill")

_Choice = tuple[Any, Reading, str]
"""A value, the reading that it is taken from, and why."""

_HOUSE_FIRST, _SELLER_FIRST = SOURCE_PRIORITY[Priority.HOUSE_FIRST], SOURCE_PRIORITY[Priority.SELLER_FIRST]
_RANKS = {role: (_HOUSE_FIRST.index(role), _SELLER_FIRST.index(role)) for role in _HOUSE_FIRST}
_BY_HOUSE, _BY_SELLER = itemgetter(0, 2), itemgetter(1, 2)


def merge(group: Sequence[Reading], night: date, decisions: Sequence[DecisionFacts]) -> EventRow:
    """The event that a group of readings, in order of seniority, makes; its founder is the first.

    `decisions` are those that bind any of the group's rows.
    """
    founder = group[0]
    venue = founder.venue
    columns: dict[str, Any] = dict.fromkeys(_ENTRIES)
    provenance: dict[str, dict[str, Any]] = {}
    keys: Sequence[str] = ()
    told = _columns(group)
    for field, (value, reading, rule) in _choices(group, told):
        columns[field] = value
        provenance[field] = {"from": reading.row.key, "rule": rule}
        if field == "bill":
            keys = reading.billed
    if len(group) > 1 and (whole := whole_bill(told[_BILL].ranked)) is not None:
        columns["bill"], keys = whole.acts, whole.keys
        if whole.is_of_several:
            provenance["bill"] = {"from": whole.first.row.key, "rule": "all that rows name, this one's first"}
        elif whole.first.row.key != provenance["bill"]["from"]:
            provenance["bill"] = {"from": whole.first.row.key, "rule": "names the same acts and more"}
    if columns["event_day"] is None:
        columns["event_day"] = night
        provenance["event_day"] = {"from": founder.row.key, "rule": "the night that other rows tell"}
    if columns["kind"] is None:
        columns["kind"] = founder.kind
        provenance["kind"] = {"from": founder.row.key, "rule": DOUBTFUL_KIND}
    if venue is not None:
        provenance["venue"] = {"from": founder.row.key, "rule": venue.rule}
    columns["genres"] = _genres(told[0].ranked, provenance)
    acts = [(act.name, act.role) for act in columns.pop("bill") or ()]
    price = columns.pop(PRICE_ENTRY)
    columns |= {
        "price_min": price.min if price else None,
        "price_max": price.max if price else None,
        "currency": price.currency if price and price.min is not None else None,
        "is_free": price.is_free if price else None,
        "venue_id": venue.id if venue else None,
    }
    if decisions:
        acts = override(columns, provenance, acts, founder.timezone, decisions)
        keys = [fold_key(name) for name, _ in acts]
    if decisions or len(group) > 1:
        _keep_losers(provenance, told, columns | {"bill": tuple(Act(*act) for act in acts), PRICE_ENTRY: price}, group)
    bill = _bill(keys, acts)
    columns |= {
        "city": founder.city,
        "night": night_of(columns["event_day"], columns["doors_at"], columns["starts_at"], founder.timezone),
        "block_night": night,
        "slug": f"{columns['event_day'].isoformat()}-{slugify(columns['title'])}",
        "timezone": founder.timezone,
        "is_hidden": any(decision.kind == "hide" for decision in decisions),
        "provenance": provenance,
        "search_text": _search_text(columns, [name for _, _, name, _ in bill], venue.name if venue else ""),
    }
    return EventRow(id=founder.row.row_uuid, columns=columns, acts=bill)


def source_role(reading: Reading) -> str:
    """What kind of witness a reading is for its venue."""
    source, venue = reading.row.source, reading.venue
    if source.kind == "generator":
        return RULE
    if venue is not None and venue.key is not None and source.venue == venue.key:
        return OWN
    return SELLER if source.kind == "api" else FEED


def _choices(group: Sequence[Reading], columns: Sequence[_Column]) -> Iterator[tuple[str, _Choice]]:
    """For each field that any reading tells the value that the event takes."""
    called_off = _called_off(group)
    for field, ranked, values, why_first in columns:
        if called_off is not None and field == "status":
            yield field, called_off
        elif (told := len(values) - values.count(None)) > 0:
            yield field, _choose(ranked, values, told, why_first)


class _Column(NamedTuple):
    """What readings tell of one field."""

    field: str
    ranked: Sequence[Reading]
    """In order of priority."""
    values: Sequence[Any]
    why_first: str | None = None
    """Why the first goes before one of higher priority."""


def _columns(group: Sequence[Reading]) -> list[_Column]:
    """For each field, every reading's value by source priority and trust; of equals the one that was posted last.

    The group is in order of seniority.
    """
    told = [(*_RANKS[source_role(r)], -r.row.source.trust, r, _values(r)) for r in reversed(group)]
    house_first, by_house = _ranked(told, _BY_HOUSE)
    seller_first, by_seller = _ranked(told, _BY_SELLER)
    columns = [
        _Column(field, seller_first, seller) if field in _OF_SELLERS else _Column(field, house_first, house)
        for field, house, seller in zip(_ENTRIES, by_house, by_seller, strict=True)
    ]
    if len(group) > 1:
        for field, is_last, why in _giving_way(group):
            at = _ENTRIES.index(field)
            columns[at] = _with_last(columns[at], is_last, why)
    return columns


_GivesWay = Callable[[Reading, Any], bool]


def _giving_way(group: Sequence[Reading]) -> Iterator[tuple[str, _GivesWay, str]]:
    """What goes behind the values of other rows, whatever the sources: the field, which readings' values, and why.

    Many listings print the hour of the doors for that of the show: whoever tells both goes before them. A show begins
    when its first act does, in whatever order a source gives each act a row. A morning's hour that another row tells of
    the evening has lost its p.m. Saying nothing of tickets is no denial. What is sold beside a ticket, or in its
    place, has another price and name.
    """
    if doors := _doors_before_a_show(group):
        yield "starts_at", partial(_is_of_doors, doors), "the other hour is that of the doors"
    if len(group) > 2 and (later := later_sets(group)):
        yield "starts_at", lambda _, start: start in later, "the other hour is that of a later set"
    for field in ("starts_at", "doors_at"):
        if lost := _without_pm({getattr(reading.instants, field) for reading in group}, group[0].timezone):
            yield field, partial(_is_among, lost), "the other hour has lost its p.m."
    if len({reading.status for reading in group}) > 1:
        yield "status", _is_silent, "the other says nothing of tickets"
    packages = {reading.row.key for reading in group if not _NO_TICKETS.isdisjoint(reading.bill.flags)}
    if 0 < len(packages) < len(group):
        for field in ("title", PRICE_ENTRY):
            yield field, lambda reading, _: reading.row.key in packages, "the other is no ticket to the room"


def _is_silent(reading: Reading, status: str) -> bool:
    return status == "scheduled" and not reading.row.data.get("status_text")


_NO_TICKETS = frozenset({"package", "livestream"})

_HALF_A_DAY = timedelta(hours=12)


def _doors_before_a_show(group: Sequence[Reading]) -> set[datetime]:
    """When doors open, as those rows tell that tell a later start as well."""
    hours = [(r.instants.doors_at, r.instants.starts_at) for r in group]
    return {doors for doors, start in hours if doors is not None and start is not None and doors < start}


def _is_of_doors(doors: Set[datetime], reading: Reading, start: datetime) -> bool:
    own = reading.instants.doors_at
    return start in doors and (own is None or own >= start)


def _without_pm(told: Set[datetime | None], timezone: str | None) -> set[datetime]:
    """The hours of a morning that are told of the evening, too."""
    if timezone is None or len(told) == 1:
        return set()
    hours = {hour for hour in told if hour is not None and hour + _HALF_A_DAY in told}
    return {hour for hour in hours if 0 < hour.astimezone(ZoneInfo(timezone)).hour < _NOON}


def _is_among(hours: Set[datetime], _: Reading, hour: datetime) -> bool:
    return hour in hours


def _with_last(column: _Column, is_last: _GivesWay, why: str) -> _Column:
    by_right = [told for told in zip(column.ranked, column.values, strict=True) if told[1] is not None]
    told = sorted(by_right, key=lambda each: is_last(*each))
    if told == by_right:
        return column
    ranked, values = zip(*told, strict=True)
    has_given_way = told[0] is not by_right[0]
    return _Column(column.field, ranked, values, why if has_given_way else column.why_first)


_Told = tuple[int, int, int, Reading, tuple[Any, ...]]
"""A reading and what it tells, after what orders it: its rank as a house, its rank as a seller, its trust negated."""


def _ranked(
    told: Sequence[_Told], order: Callable[[_Told], tuple[Any, ...]]
) -> tuple[list[Reading], Iterator[tuple[Any, ...]]]:
    """The readings by priority and trust, and field by field their values."""
    ranked = sorted(told, key=order) if len(told) > 1 else told
    return [each[3] for each in ranked], zip(*[each[4] for each in ranked], strict=True)


def _choose(ranked: Sequence[Reading], values: Sequence[Any], told: int, why_first: str | None) -> _Choice:
    """The first value that there is, of readings in order of priority; `told` counts the values that there are."""
    value, best = values[0], ranked[0]
    if value is None:
        value, best = next((each, reading) for each, reading in zip(values, ranked, strict=True) if each is not None)
    if told == 1:
        return value, best, "the only one that tells"
    return value, best, "all agree" if values.count(value) == told else why_first or f"{source_role(best)} goes first"


def _called_off(group: Sequence[Reading]) -> _Choice | None:
    """Called off by anyone but a weekly rule is called off; gone from every listing is unlisted."""
    listed = [r for r in group if r.row.source.kind != "generator"] or group
    present = [r for r in listed if not r.row.is_unlisted]
    if not present:
        return "unlisted", listed[0], "gone from every complete listing that had it"
    said = [r.status for r in present]
    for status in ("cancelled", "postponed", "rescheduled"):
        if status in said:
            first = present[said.index(status)]
            return status, first, f"{source_role(first)} says so"
    return None


def _genres(ranked: Sequence[Reading], provenance: dict[str, dict[str, Any]]) -> list[str]:
    """All that rows name, in order, each as the row of the highest priority spells it."""
    naming = [reading for reading in ranked if reading.genres]
    if not naming:
        return []
    rule = "the only one that tells" if len(naming) == 1 else "all that rows name, this one's first"
    provenance["genres"] = {"from": naming[0].row.key, "rule": rule}
    spelt: dict[str, str] = {}
    for reading in naming:
        for genre in reading.genres:
            spelt.setdefault(fold_key(genre), genre)
    return sorted(list(spelt.values())[:MAX_GENRES])


def _keep_losers(
    provenance: Mapping[str, dict[str, Any]],
    told: Sequence[_Column],
    chosen: Mapping[str, Any],
    group: Sequence[Reading],
) -> None:
    """Add to the entries of provenance what rows say of the field and the event does not take."""
    timezone = group[0].timezone
    for field, ranked, values, _ in told:
        if field in provenance:
            kept = chosen[field]
            differing = [  # most do not: they need no words
                (reading, value, source_role(reading))
                for reading, value in zip(ranked, values, strict=True)
                if value is not None and (value != kept or reading.timezone != timezone)
            ]
            if differing and (lost := losing_values(differing, kept, timezone)):
                provenance[field]["others"] = lost
    others = [(r, r.venue, source_role(r)) for r in group if r.venue is not None and r.venue.id != chosen["venue_id"]]
    if others and "venue" in provenance:
        provenance["venue"]["others"] = losing_values(others, None, timezone)


def _bill(keys: Sequence[str], acts: Sequence[tuple[str, str]]) -> list[tuple[Any, str, str, str]]:
    """Each act once, by its folded name: (artist id, name key, name as billed, role)."""
    keyed: dict[str, tuple[Any, str, str, str]] = {}
    for key, (name, role) in zip(keys, acts, strict=True):
        if key not in keyed:
            keyed[key] = (artist_uuid(key), key, name, role)
    return list(keyed.values())


def _search_text(columns: Mapping[str, Any], names: Sequence[str], venue_name: str) -> str:
    """A line each, folded: the title first, then the bill, the venue and the description."""
    parts = [columns["title"], *names, venue_name, columns["description"] or ""]
    return "\n".join(map(fold_text, parts))[:20_000]
