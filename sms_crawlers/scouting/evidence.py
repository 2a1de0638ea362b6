"""How far an item can be trusted that nobody has looked at: what proves its day, and whether the catalog knows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from sms_catalog.events import CatalogEvent
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import UnreadableField, find_days, fold
from sms_database.json_text import dumps, storable

YEAR_PRINTED = "year printed"
WEEKDAY = "proven by weekday"
NEAREST = "nearest year, unproven"
INSTANT = "instant and zone"
STATED = "stated in full"

SIMILAR_TITLE = 85.0
"""token_set_ratio from which two titles of one night are taken for one show."""

_INSTANT = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d:?\d\d(:?\d\d)?(\.\d+)?\s*(Z\b|[+-]\d\d:?\d\d)|DTSTART;TZID=")
_FULL_FORMS = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%Y/%m/%d")
"""How a record states a day with its year, beside words that leave the year out."""
_NAMES_APART = re.compile(r"\s*(?:[,/+&|•:]|\bw/|\bwith\b|\bfeat\.?\b|\bpresents\b)\s*", re.IGNORECASE)
_MIN_LETTERS = 4
"""A shorter name ("DJ", "TBA") says nothing."""


def day_proof(item: RawEventItem) -> str:
    """What the year of an item's day goes by: one of the words above; "" where it has no day."""
    if item.event_day is None:
        return ""
    day = date.fromisoformat(item.event_day)
    proofs = {_printed_proof(line, day) for line in (item.date_text or "").splitlines()} - {None}
    for proof in (YEAR_PRINTED, WEEKDAY):
        if proof in proofs:
            return proof
    record = _as_text(item.payload)
    if NEAREST in proofs:
        return STATED if any(f"{day:{form}}" in record for form in _FULL_FORMS) else NEAREST
    return INSTANT if _INSTANT.search(record) else STATED


def _printed_proof(text: str, day: date) -> str | None:
    """What a printed date goes by: the same words are read as of the year after."""
    try:
        if day not in find_days(text, near=day):
            return None
        return YEAR_PRINTED if day in find_days(text, near=day, year=day.year + 1) else NEAREST
    except UnreadableField:
        return WEEKDAY


def _as_text(payload: Any) -> str:
    return payload if isinstance(payload, str) else dumps(storable(payload))


def count_proofs(items: Iterable[RawEventItem]) -> dict[str, int]:
    """How many items go by what, the commonest first."""
    return dict(Counter(proof for item in items if (proof := day_proof(item))).most_common())


def known_event(item: RawEventItem, known: Iterable[CatalogEvent]) -> CatalogEvent | None:
    """The catalog's event of that night with a similar title, or with an act that the item's title names."""
    for event in known:
        if event.event_day.isoformat() == item.event_day and _same_show(item, event):
            return event
    return None


def _same_show(item: RawEventItem, event: CatalogEvent) -> bool:
    if fuzz.token_set_ratio(item.title.casefold(), event.title.casefold()) >= SIMILAR_TITLE:
        return True
    names = {_plain(name) for name in _NAMES_APART.split(item.title)}
    names |= {_plain(artist["name"]) for artist in item.artists}
    return any(len(name) >= _MIN_LETTERS and name in names for name in (_plain(act["name"]) for act in event.artists))


def _plain(name: str) -> str:
    return (fold(name) or "").casefold()
