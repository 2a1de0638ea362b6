"""From a group of readings to one event, field by field, with the reason for each choice. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from carpenter.overrides import override
from carpenter.text import fold_key, slugify
from carpenter.values import DecisionFacts, EventRow, Reading, artist_uuid

OWN, SELLER, FEED, RULE = "venue's own page", "ticket seller", "listing", "weekly rule"

_HOUSE_FIRST = (OWN, SELLER, FEED, RULE)
_SELLER_FIRST = (SELLER, OWN, FEED, RULE)

FIELD_RIGHTS: Mapping[str, tuple[str, ...]] = {
    "title": _HOUSE_FIRST,
    "bill": _HOUSE_FIRST,
    "kind": _HOUSE_FIRST,
    "event_day": _HOUSE_FIRST,
    "end_day": _HOUSE_FIRST,
    "starts_at": _HOUSE_FIRST,
    "doors_at": _HOUSE_FIRST,
    "ends_at": _HOUSE_FIRST,
    "min_age": _HOUSE_FIRST,
    "price": _SELLER_FIRST,
    "status": _SELLER_FIRST,
    "ticket_url": _SELLER_FIRST,
    "event_url": _HOUSE_FIRST,
    "image_url": _HOUSE_FIRST,
    "description": _HOUSE_FIRST,
    "presenter": _HOUSE_FIRST,
    "tour": _HOUSE_FIRST,
}
"""Who has the best right to a field, best first: the house knows its hours and door policy, the seller its prices,
tickets and what is sold out or called off. Within a right: trust, then the row that was posted last."""

_READERS: Mapping[str, Callable[[Reading], Any]] = {
    "title": attrgetter("title"),
    "bill": lambda r: r.bill.acts or None,
    "kind": attrgetter("kind"),
    "event_day": attrgetter("day"),
    "end_day": attrgetter("end_day"),
    "starts_at": attrgetter("instants.starts_at"),
    "doors_at": attrgetter("instants.doors_at"),
    "ends_at": attrgetter("instants.ends_at"),
    "min_age": attrgetter("min_age"),
    "price": lambda r: None if r.price.is_free is None and r.price.min is None else r.price,
    "status": attrgetter("status"),
    "ticket_url": attrgetter("ticket_url"),
    "event_url": attrgetter("event_url"),
    "image_url": attrgetter("image_url"),
    "description": attrgetter("description"),
    "presenter": attrgetter("bill.presenter"),
    "tour": attrgetter("bill.tour"),
}


class _Choice(NamedTuple):
    value: Any
    reading: Reading
    rule: str


def merge(group: Sequence[Reading], night: date, decisions: Sequence[DecisionFacts]) -> EventRow:
    """The event that a group of readings, in order of seniority, makes; its founder is the first.

    `decisions` are those that bind any of the group's rows.
    """
    founder = group[0]
    venue = founder.venue
    choices = _choices(group)
    columns: dict[str, Any] = {field: choice.value if choice else None for field, choice in choices.items()}
    provenance = {field: _said_by(choice.reading, choice.rule) for field, choice in choices.items() if choice}
    if venue is not None:
        provenance["venue"] = _said_by(founder, venue.rule)
    acts = [(act.name, act.role) for act in columns.pop("bill") or ()]
    price = columns.pop("price")
    columns |= {
        "price_min": price.min if price else None,
        "price_max": price.max if price else None,
        "currency": price.currency if price and price.min is not None else None,
        "is_free": price.is_free if price else None,
        "venue_id": venue.id if venue else None,
    }
    if decisions:
        acts = override(columns, provenance, acts, founder.timezone, decisions)
    bill = _bill(acts)
    columns |= {
        "city": founder.city,
        "night": night,
        "slug": f"{columns['event_day'].isoformat()}-{slugify(columns['title'])}",
        "timezone": founder.timezone,
        "is_hidden": any(decision.kind == "hide" for decision in decisions),
        "provenance": provenance,
        "search_text": _search_text(columns, [name for _, _, name, _ in bill], venue.name if venue else ""),
    }
    return EventRow(id=founder.row.row_uuid, columns=columns, acts=bill)


def right_of(reading: Reading) -> str:
    """What kind of witness a reading is for its venue."""
    source, venue = reading.row.source, reading.venue
    if source.kind == "generator":
        return RULE
    if venue is not None and venue.key is not None and source.venue == venue.key:
        return OWN
    return SELLER if source.kind == "api" else FEED


def field_candidates(group: Sequence[Reading]) -> dict[str, list[tuple[Reading, Any]]]:
    """For each field that any reading of an event tells, what each of them tells, the best right first.

    `group` is in order of seniority. The first is what the event takes, but for a status that is called off and for
    what a person corrected.
    """
    ranked = _ranked(group)
    told = {}
    for field, read in _READERS.items():
        values = ((reading, read(reading)) for reading in ranked[FIELD_RIGHTS[field]])
        if candidates := [(reading, value) for reading, value in values if value is not None]:
            told[field] = candidates
    return told


def _choices(group: Sequence[Reading]) -> dict[str, _Choice | None]:
    """For each field the value that the event takes; None where no reading has one."""
    ranked = _ranked(group)
    house_first, seller_first = ranked[_HOUSE_FIRST], ranked[_SELLER_FIRST]
    choices = {
        field: _choose(house_first if FIELD_RIGHTS[field] is _HOUSE_FIRST else seller_first, read)
        for field, read in _READERS.items()
    }
    choices["status"] = _called_off(group) or choices["status"]
    return choices


def _ranked(group: Sequence[Reading]) -> Mapping[tuple[str, ...], Sequence[Reading]]:
    """The readings by right and trust, for each order of rights; of equals the one posted last.

    The group is in order of seniority.
    """
    if len(group) == 1:
        return {_HOUSE_FIRST: group, _SELLER_FIRST: group}
    told = [(right_of(reading), -reading.row.source.trust, reading) for reading in reversed(group)]
    return {
        rights: [reading for _, _, reading in sorted(told, key=lambda t: (rights.index(t[0]), t[1]))]
        for rights in (_HOUSE_FIRST, _SELLER_FIRST)
    }


def _choose(ranked: Sequence[Reading], read: Callable[[Reading], Any]) -> _Choice | None:
    """The value of the first reading that has one, of readings in the order of their right to the field."""
    values = [*map(read, ranked)]
    told = [value for value in values if value is not None]
    if not told:
        return None
    value = told[0]
    best = ranked[values.index(value)]
    if len(told) == 1:
        return _Choice(value, best, "the only one that tells")
    agree = told.count(value) == len(told)
    return _Choice(value, best, "all agree" if agree else f"{right_of(best)} goes first")


def _called_off(group: Sequence[Reading]) -> _Choice | None:
    """Called off by anyone but a weekly rule is called off; gone from every listing is unlisted."""
    listed = [r for r in group if r.row.source.kind != "generator"] or group
    present = [r for r in listed if not r.row.is_unlisted]
    if not present:
        return _Choice("unlisted", listed[0], "gone from every complete listing that had it")
    said = [r.status for r in present]
    for status in ("cancelled", "postponed", "rescheduled"):
        if status in said:
            first = present[said.index(status)]
            return _Choice(status, first, f"{right_of(first)} says so")
    return None


def _said_by(reading: Reading, rule: str) -> dict[str, str]:
    return {"from": reading.row.key, "rule": rule}


def _bill(acts: Sequence[tuple[str, str]]) -> list[tuple[Any, str, str, str]]:
    """Each act once, by its folded name: (artist id, name key, name as billed, role)."""
    keyed: dict[str, tuple[Any, str, str, str]] = {}
    for name, role in acts:
        key = fold_key(name)
        if key not in keyed:
            keyed[key] = (artist_uuid(key), key, name, role)
    return list(keyed.values())


def _search_text(columns: Mapping[str, Any], names: Sequence[str], venue_name: str) -> str:
    parts = [columns["title"], *names, venue_name, columns["description"] or ""]
    return "\n".join(part for part in parts if part)[:20_000]
