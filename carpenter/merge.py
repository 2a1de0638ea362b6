"""From a group of readings to one event, field by field, with the reason for each choice. Pure functions."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from carpenter.text import fold_key, slugify
from carpenter.times import LocalTimes, to_instants
from carpenter.values import Clock, DecisionFacts, EventRow, Note, Reading, artist_uuid

OWN, SELLER, FEED, RULE = "venue's own page", "ticket seller", "listing", "weekly rule"

FIELD_RIGHTS: Mapping[str, tuple[str, ...]] = {
    "title": (OWN, SELLER, FEED, RULE),
    "bill": (OWN, SELLER, FEED, RULE),
    "kind": (OWN, SELLER, FEED, RULE),
    "event_day": (OWN, SELLER, FEED, RULE),
    "end_day": (OWN, SELLER, FEED, RULE),
    "starts_at": (OWN, SELLER, FEED, RULE),
    "doors_at": (OWN, SELLER, FEED, RULE),
    "ends_at": (OWN, SELLER, FEED, RULE),
    "min_age": (OWN, SELLER, FEED, RULE),
    "price": (SELLER, OWN, FEED, RULE),
    "status": (SELLER, OWN, FEED, RULE),
    "ticket_url": (SELLER, OWN, FEED, RULE),
    "event_url": (OWN, SELLER, FEED, RULE),
    "image_url": (OWN, SELLER, FEED, RULE),
    "description": (OWN, SELLER, FEED, RULE),
    "presenter": (OWN, SELLER, FEED, RULE),
    "tour": (OWN, SELLER, FEED, RULE),
}
"""Who has the best right to a field, best first: the house knows its hours and door policy, the seller its prices,
tickets and what is sold out or called off. Within a right: trust, then the row that was posted last."""

LOCAL_HOURS: Mapping[str, str] = {"doors_time": "doors_at", "start_time": "starts_at", "end_time": "ends_at"}
"""Hours that a person corrects as HH:MM on the event's local day, with the columns that they become."""

_ORDERS = frozenset(FIELD_RIGHTS.values())

OVERRIDABLE = (
    frozenset(FIELD_RIGHTS) - {"price", "bill"} - set(LOCAL_HOURS.values())
    | LOCAL_HOURS.keys()
    | {"price_min", "price_max", "currency", "is_free", "venue_id", "artists"}
)
"""The fields that a decision may override."""


@dataclass(frozen=True, slots=True)
class _Choice:
    value: Any
    source: str
    rule: str

    def provenance(self) -> dict[str, str]:
        return {"from": self.source, "rule": self.rule}


_NOTHING = _Choice(None, "", "no source tells")


def merge(group: Sequence[Reading], night: date, decisions: Sequence[DecisionFacts]) -> EventRow:
    """The event that a group of readings, in order of seniority, makes; its founder is the first.

    `decisions` are those that bind any of the group's rows.
    """
    founder = group[0]
    ranked = {rights: _ranked(group, rights) for rights in _ORDERS}
    choices = {field: _choose(ranked[FIELD_RIGHTS[field]], read) for field, read in _READERS.items()}
    choices["status"] = _status(group, choices["status"])
    columns, provenance = _columns(group, choices)
    acts = [(act.name, act.role) for act in choices["bill"].value or ()]
    acts = _override(columns, provenance, acts, founder.timezone, decisions)
    bill = [(artist_uuid(fold_key(name)), fold_key(name), name, role) for name, role in _once_each(acts)]
    columns |= {
        "city": founder.city,
        "night": night,
        "slug": f"{columns['event_day'].isoformat()}-{slugify(columns['title'])}",
        "timezone": founder.timezone,
        "is_hidden": any(decision.kind == "hide" for decision in decisions),
        "provenance": provenance,
        "search_text": _search_text(columns, [name for _, _, name, _ in bill], group),
    }
    return EventRow(id=founder.row.row_uuid, columns=columns, acts=bill)


def sure_instants(group: Sequence[Reading]) -> set[datetime]:
    """When a show begins by those of its readings whose hour can mean no other; no more than a night has minutes."""
    sure = (r.instants.starts_at or r.instants.doors_at for r in group if not r.other_clocks)
    return {instant for instant in sure if instant is not None}


def settle_clock(reading: Reading, told: Collection[datetime]) -> Reading:
    """A reading whose early hour means another, where what the others of its show tell agrees with that one and not
    with what is printed.
    """
    if not reading.other_clocks or not told:
        return reading
    printed = Clock(day=reading.day, times=reading.times, instants=reading.instants)
    clock = min((printed, *reading.other_clocks), key=lambda c: min(_hours_apart(c, instant) for instant in told))
    if not clock.reason:
        return reading
    notes = (*reading.notes, Note("times", f"{clock.reason}: read as {clock.day} {_hour_words(clock.times)}"))
    return replace(reading, day=clock.day, times=clock.times, instants=clock.instants, other_clocks=(), notes=notes)


def _hours_apart(clock: Clock, instant: datetime) -> float:
    first = clock.instants.starts_at or clock.instants.doors_at
    return abs((first - instant).total_seconds()) / 3600 if first is not None else math.inf


def _hour_words(times: LocalTimes) -> str:
    first = times.start or times.doors
    return f"{first:%H:%M}" if first else ""


def right_of(reading: Reading) -> str:
    """What kind of witness a reading is for its venue."""
    source, venue = reading.row.source, reading.venue
    if source.kind == "generator":
        return RULE
    if venue is not None and venue.key is not None and source.venue == venue.key:
        return OWN
    return SELLER if source.kind == "api" else FEED


_READERS: Mapping[str, Callable[[Reading], Any]] = {
    "title": lambda r: r.title,
    "bill": lambda r: r.bill.acts or None,
    "kind": lambda r: r.kind,
    "event_day": lambda r: r.day,
    "end_day": lambda r: r.end_day,
    "starts_at": lambda r: r.instants.starts_at,
    "doors_at": lambda r: r.instants.doors_at,
    "ends_at": lambda r: r.instants.ends_at,
    "min_age": lambda r: r.min_age,
    "price": lambda r: None if r.price.is_free is None and r.price.min is None else r.price,
    "status": lambda r: r.status,
    "ticket_url": lambda r: r.ticket_url,
    "event_url": lambda r: r.event_url,
    "image_url": lambda r: r.image_url,
    "description": lambda r: r.description,
    "presenter": lambda r: r.bill.presenter,
    "tour": lambda r: r.bill.tour,
}


def field_candidates(group: Sequence[Reading]) -> dict[str, list[tuple[Reading, Any]]]:
    """For each field that any reading of an event tells, what each of them tells, the best right first.

    `group` is in order of seniority. The first is what the event takes, but for a status that is called off and for
    what a person corrected.
    """
    told = {}
    for field, read in _READERS.items():
        ranked = _ranked(group, FIELD_RIGHTS[field])
        if candidates := [(reading, value) for reading in ranked if (value := read(reading)) is not None]:
            told[field] = candidates
    return told


def _choose(ranked: Sequence[Reading], read: Callable[[Reading], Any]) -> _Choice:
    """The value of the first reading that has one, of readings in the order of their right to the field."""
    having = [(reading, value) for reading in ranked if (value := read(reading)) is not None]
    if not having:
        return _NOTHING
    best, value = having[0]
    if len(having) == 1:
        return _Choice(value, best.row.key, "the only one that tells")
    agree = all(other == value for _, other in having)
    return _Choice(value, best.row.key, "all agree" if agree else f"{right_of(best)} goes first")


def _ranked(group: Sequence[Reading], rights: Sequence[str]) -> list[Reading]:
    """The readings by right and trust; of equals the one posted last, the group being in order of seniority."""
    if len(group) == 1:
        return list(group)
    posted_last_first = [*reversed(group)]
    return sorted(posted_last_first, key=lambda reading: (rights.index(right_of(reading)), -reading.row.source.trust))


def _status(group: Sequence[Reading], told: _Choice) -> _Choice:
    """Called off by anyone but a weekly rule is called off; gone from every listing is unlisted."""
    listed = [r for r in group if r.row.source.kind != "generator"] or list(group)
    for status in ("cancelled", "postponed", "rescheduled"):
        if saying := [r for r in listed if r.status == status and not r.row.is_unlisted]:
            return _Choice(status, saying[0].row.key, f"{right_of(saying[0])} says so")
    if all(r.row.is_unlisted for r in listed):
        return _Choice("unlisted", listed[0].row.key, "gone from every complete listing that had it")
    return told


def _columns(group: Sequence[Reading], choices: Mapping[str, _Choice]) -> tuple[dict[str, Any], dict[str, Any]]:
    plain = [field for field in _READERS if field not in ("bill", "price")]
    columns = {field: choices[field].value for field in plain}
    price = choices["price"].value
    columns |= {
        "price_min": price.min if price else None,
        "price_max": price.max if price else None,
        "currency": price.currency if price and price.min is not None else None,
        "is_free": price.is_free if price else None,
    }
    provenance = {field: choice.provenance() for field, choice in choices.items() if choice.value is not None}
    venue = group[0].venue
    columns["venue_id"] = venue.id if venue else None
    if venue is not None:
        provenance["venue"] = {"from": group[0].row.key, "rule": venue.rule}
    return columns, provenance


def _override(
    columns: dict[str, Any],
    provenance: dict[str, Any],
    acts: list[tuple[str, str]],
    timezone: str,
    decisions: Sequence[DecisionFacts],
) -> list[tuple[str, str]]:
    """Apply corrections to the columns; returns the bill, which one of them may give. The latest of a field binds."""
    printed_day: date = columns["event_day"]
    hours: dict[str, time | None] = {}
    fields = set()
    for decision in sorted((d for d in decisions if d.kind == "override"), key=lambda d: d.id):
        field = decision.field or ""
        fields.add(field)
        said = {"from": f"decision {decision.id}", "rule": "a person corrected it"}
        if field == "artists":
            acts = [(name, "headliner" if n == 0 else "support") for n, name in enumerate(decision.value)]
            provenance["bill"] = said
        elif field in LOCAL_HOURS:
            hours[field] = column_value(field, decision.value)
            provenance[LOCAL_HOURS[field]] = said
        else:
            columns[field] = column_value(field, decision.value)
            provenance[field.removesuffix("_id")] = said
    moved = columns["event_day"] - printed_day
    if moved and columns["end_day"] is not None and "end_day" not in fields:
        columns["end_day"] += moved
    if moved or hours:
        _set_hours(columns, provenance, timezone, hours)
    return acts


def _set_hours(
    columns: dict[str, Any], provenance: dict[str, Any], timezone: str, corrected: Mapping[str, time | None]
) -> None:
    """Set the corrected hours on the event's day; the others keep theirs there, whatever day they were printed for."""
    zone = ZoneInfo(timezone)
    hours: dict[str, time | None] = {}
    for name, column in LOCAL_HOURS.items():
        printed: datetime | None = columns[column]
        kept = printed.astimezone(zone).time() if printed is not None else None
        hours[name] = corrected.get(name, kept)
    times = LocalTimes(doors=hours["doors_time"], start=hours["start_time"], end=hours["end_time"])
    instants = to_instants(columns["event_day"], timezone, times, columns["end_day"])
    for column in LOCAL_HOURS.values():
        columns[column] = getattr(instants, column)
        if columns[column] is None:
            provenance.pop(column, None)


def column_value(field: str, value: Any) -> Any:
    """A decision's JSON value as the build takes it. Raises ValueError for one that the field cannot hold."""
    if value is None:
        return None
    if field in ("event_day", "end_day"):
        return date.fromisoformat(value)
    if field in LOCAL_HOURS:
        return time.fromisoformat(value)
    if field in ("price_min", "price_max"):
        return Decimal(str(value))
    if field == "venue_id":
        return uuid.UUID(value)
    return value


def _once_each(acts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    seen: dict[str, tuple[str, str]] = {}
    for name, role in acts:
        seen.setdefault(fold_key(name), (name, role))
    return list(seen.values())


def _search_text(columns: Mapping[str, Any], names: Sequence[str], group: Sequence[Reading]) -> str:
    venue = group[0].venue
    parts = [columns["title"], *names, venue.name if venue else "", columns["description"] or ""]
    return "\n".join(part for part in parts if part)[:20_000]
