"""Two readings of one room and night, compared on evidence that a person can follow. Pure functions.

The weights of a pair (carpenter/events/features.py) add up to its score, which is how often such pairs are one show
(`python -m bench.quality.match` prints how well they hold).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from carpenter.events.features import (
    APART_MINUTES,
    FEATURES,
    LONG_APART_MINUTES,
    NEAR_MINUTES,
    OTHER_SHOW_MINUTES,
    SETS_MINUTES,
    SLIP_OF_TWELVE,
)
from carpenter.events.happenings import happening_of
from carpenter.events.names import SHORT_NAME, are_one_name
from carpenter.events.tickets import tickets_of_one_show
from carpenter.events.title_words import festival_of, title_ratio, without_room
from carpenter.model import Evidence, Pair, Reading
from carpenter.normalize.kinds import ADD_ON_KINDS
from carpenter.parsing.instants import Instants
from carpenter.parsing.similarity import SAME_TITLE
from sms_database.vocabulary import MUSIC_KINDS

MAX_SPELLINGS = 40
"""Names that two bills do not share, up to which they are compared letter by letter: among more, chance finds some."""

Hours = tuple[tuple[float | None, float | None], ...]
"""All that a row's hours may mean: start and doors in seconds of UTC, at least one of them; empty where none is told.

What is printed is first.
"""

_BASE = FEATURES["one night"].evidence("the same room and night")
_SLOT = FEATURES["slot"].evidence("a weekly night and the entry of the room's own calendar for it")
_NO_ACT = FEATURES["no act"].evidence("no act is the same")
_NO_HOUR = FEATURES["no hour"].evidence("one of them tells no hour")
_ONE_SOURCE = FEATURES["one source"].evidence("one source lists them under two ids")
_PAGE_EACH = FEATURES["page each"].evidence("one source gives each act a page")
_EARLY_AND_LATE = FEATURES["other label"].evidence("early show and late show")


@dataclass(slots=True, eq=False)
class Compared:
    """A reading, and what comparing asks of it, taken out once."""

    reading: Reading
    key: str
    source: str
    label: str | None
    """Is it an early or a late show, where the title says so?"""
    hours: Hours
    is_music: bool
    is_add_on: bool
    """Is it sold beside a show?"""
    is_rule: bool
    """Is it a weekly night that a rule made?"""
    pages: frozenset[str]
    """The pages that are this show's alone, not a calendar that stands for many of a source's rows; those that no
    other row points to are left out.
    """
    ticket: str | None
    """The ticket page that its source gives to several rows of this hour, where it is that of one show."""
    happening: str | None
    """What it is beside an evening's show: "family concert", "workshop"; None for a show."""


_NO_PAGES: frozenset[str] = frozenset()
_ROW_KEY = attrgetter("row.key")


def comparable(readings: Sequence[Reading]) -> list[Compared]:
    """The readings of one room and night, in the order of their keys, ready to be compared."""
    ordered = sorted(readings, key=_ROW_KEY)
    tickets = tickets_of_one_show(ordered)
    return [
        _comparable(reading, pages, tickets.get(reading.row.key))
        for reading, pages in zip(ordered, _pages(ordered), strict=True)
    ]


def _pages(readings: Sequence[Reading]) -> list[frozenset[str]]:
    """For each reading, the pages that others point to as well, but no other row of its own source."""
    told = [{reading.ticket_url, reading.event_url} for reading in readings]
    urls = [url for each in told for url in each if url]
    if len(set(urls)) == len(urls):
        return [_NO_PAGES] * len(readings)
    shared = {url for url, rows in Counter(urls).items() if rows > 1}
    rows_of = Counter((r.row.source.slug, url) for r, urls in zip(readings, told, strict=True) for url in urls)
    return [
        frozenset(url for url in urls if url in shared and rows_of[r.row.source.slug, url] == 1)
        for r, urls in zip(readings, told, strict=True)
    ]


def _comparable(reading: Reading, pages: frozenset[str], ticket: str | None) -> Compared:
    row, kind = reading.row, reading.kind
    source = row.source
    is_rule = source.kind == "generator"
    return Compared(
        reading,
        row.key,
        source.slug,
        _label(flags) if (flags := reading.bill.flags) else None,
        _hours(reading),
        kind in MUSIC_KINDS,
        kind in ADD_ON_KINDS,
        is_rule,
        _NO_PAGES if is_rule else pages,
        ticket,
        happening_of(reading),
    )


def _label(flags: frozenset[str]) -> str | None:
    if "early_show" in flags:
        return None if "late_show" in flags else "early"
    return "late" if "late_show" in flags else None


def _hours(reading: Reading) -> Hours:
    first = _seconds(reading.instants)
    if not reading.other_clocks:
        return first
    return (*first, *(hours for clock in reading.other_clocks for hours in _seconds(clock.instants)))


@lru_cache(maxsize=16_384)
def _seconds(instants: Instants) -> Hours:
    start, doors = instants.starts_at, instants.doors_at
    if start is None and doors is None:
        return ()
    return ((start.timestamp() if start is not None else None, doors.timestamp() if doors is not None else None),)


def earliest(hours: Hours) -> float:
    """Sorts hours; those of a row that tells none come first."""
    return min((seconds for clock in hours for seconds in clock if seconds is not None), default=0.0)


def compare(left: Compared, right: Compared, *, fills_slot: bool = False) -> Pair:
    """Score two readings. `fills_slot`: one is a weekly rule, the other its calendar entry."""
    evidence = [_BASE]
    if (what := _SLOT if fills_slot else _what(left, right)) is not None:
        evidence.append(what)
    gap = minutes_apart(left.hours, right.hours)
    is_in_utc = gap is not None and gap >= LONG_APART_MINUTES and _may_be_utc(gap, one=left.reading)
    is_near = gap is not None and SETS_MINUTES <= gap < APART_MINUTES
    evidence.append(_when(gap, may_slip=is_in_utc, are_two=is_near and _are_two_starts(left.hours, right.hours)))
    if left.happening != right.happening and (gap is None or gap > NEAR_MINUTES):
        evidence.append(_other_happening(left.happening, right.happening))
    if left.label is not None and right.label is not None:
        evidence.append(_same_label(left.label) if left.label == right.label else _EARLY_AND_LATE)
    elif left.label is not None or right.label is not None:
        labelled, other = (left, right) if left.label is not None else (right, left)
        if is_other_show(labelled.label, labelled.hours, other.hours):
            evidence.append(FEATURES["lone label"].evidence(f"{labelled.label} show, and the other {gap} minutes away"))
    if left.source == right.source:
        evidence.append(_ONE_SOURCE)
        if left.ticket is not None and left.ticket == right.ticket:
            evidence.append(FEATURES["one ticket"].evidence(f"both are sold at {left.ticket}"))
    elif left.pages and not left.pages.isdisjoint(right.pages):
        evidence.append(FEATURES["one page"].evidence(f"both point to {min(left.pages & right.pages)}"))
    weight = sum([e.weight for e in evidence])
    score = _score(weight)
    return Pair(left=left.reading, right=right.reading, score=score, weight=weight, evidence=tuple(evidence))


@lru_cache(maxsize=1_024)
def _score(weight: float) -> float:
    return round(max(0.0, min(1.0, weight)), 3)


def _what(left: Compared, right: Compared) -> Evidence | None:
    """Acts, else titles, else kind: the best of what the two rows say is on."""
    one, other = left.reading, right.reading
    if left.is_add_on != right.is_add_on:
        return FEATURES["beside"].evidence(f"{one.kind} and {other.kind}: one is sold beside the other")
    if left.is_add_on and (
        one.kind != other.kind or (left.source == right.source and one.title_key != other.title_key)
    ):
        return FEATURES["beside"].evidence(f"{one.kind} and {other.kind}: two things sold beside a show")
    smaller = min(len(one.act_keys), len(other.act_keys))
    if smaller and (shared := smaller if one.act_keys == other.act_keys else _shared_acts(one, other)):
        return _same_acts(shared, smaller)
    ratio = title_ratio(one, other)
    if ratio >= SAME_TITLE:
        return _same_title(round(ratio))
    if (festival := festival_of(one)) is not None and festival == festival_of(other):
        return FEATURES["one festival"].evidence(f"both are the {festival}")
    if smaller:
        return _PAGE_EACH if _have_a_page_each(left, right) else _NO_ACT
    if one.kind == other.kind and one.kind != "show":
        return FEATURES["one kind"].evidence(f"both are {one.kind}")
    if left.is_music != right.is_music:
        return FEATURES["other kind"].evidence(f"{one.kind} and {other.kind}")
    return None


def _have_a_page_each(left: Compared, right: Compared) -> bool:
    """Does one source list two performers alone, each by its name, as playing in one minute?"""
    if left.source != right.source or not left.hours or left.hours != right.hours or left.hours[0][0] is None:
        return False
    return all(
        len(each.row.data.get("artists") or ()) == len(each.billed) == 1 and without_room(each) == each.billed[0]
        for each in (left.reading, right.reading)
    )


def _shared_acts(left: Reading, right: Reading) -> int:
    """Acts of the smaller bill that the other names: by an equal name, one a few letters off, or within its title."""
    if len(left.act_keys) > len(right.act_keys):
        left, right = right, left
    missing, rest = left.act_keys - right.act_keys, right.act_keys - left.act_keys
    shared = len(left.act_keys) - len(missing)
    by_letter = rest if len(missing) + len(rest) <= MAX_SPELLINGS else ()
    title = f" {right.title_key} "
    for name in missing:
        is_in_title = len(name) > SHORT_NAME and f" {name} " in title
        if is_in_title or any(are_one_name(name, other) for other in by_letter):
            shared += 1
    if not shared:
        title = f" {left.title_key} "
        shared = int(any(len(name) > SHORT_NAME and f" {name} " in title for name in rest))
    return shared


@lru_cache(maxsize=1_024)
def _same_acts(shared: int, smaller: int) -> Evidence:
    detail = f"{shared} of {smaller} acts {'is' if shared == 1 else 'are'} the same"
    return FEATURES["most acts" if shared * 2 >= smaller else "some acts"].evidence(detail)


@lru_cache
def _same_title(ratio: int) -> Evidence:
    return FEATURES["title"].evidence(f"titles agree by {ratio} %")


@lru_cache
def _same_label(label: str) -> Evidence:
    return FEATURES["one label"].evidence(f"both say {label} show")


def _may_be_utc(gap: int, one: Reading) -> bool:
    """Are hours so far apart as the clock of the place is from UTC, give or take the doors?"""
    instant = one.instants.starts_at or one.instants.doors_at
    offset = instant.astimezone(ZoneInfo(one.timezone)).utcoffset() if instant is not None else None
    return offset is None or abs(gap - abs(offset.total_seconds()) / 60) < APART_MINUTES


@lru_cache(maxsize=256)
def _other_happening(left: str | None, right: str | None) -> Evidence:
    return FEATURES["other happening"].evidence(f"one is a {left or 'show'}, the other a {right or 'show'}")


def are_starts(one: Hours, other: Hours, told_doors: Set[float] = frozenset()) -> bool:
    """Do both print when they start, and is neither when the doors open, by the other's word, its own, or another's?

    Many listings print the hour of the doors for that of the show. `told_doors`: when others say that doors open.
    """
    (start, doors), (other_start, other_doors) = one[0], other[0]
    if start is None or other_start is None:
        return False
    return {start, other_start}.isdisjoint((doors, other_doors)) and told_doors.isdisjoint((start, other_start))


def _are_two_starts(one: Hours, other: Hours) -> bool:
    """Are both starts, and does one of them tell its doors, so that they are known not to be the other's hour?"""
    return len(one) == len(other) == 1 and are_starts(one, other) and (one[0][1], other[0][1]) != (None, None)


def is_other_show(label: str | None, hours: Hours, other: Hours) -> bool:
    """Does a row start as the other show does, beside one that says that it is an early or a late show?"""
    if label is None or len(hours) != 1 or len(other) != 1:
        return False
    start, other_start = hours[0][0], other[0][0]
    if start is None or other_start is None:
        return False
    later = (other_start - start) / 60
    return (later if label == "early" else -later) >= OTHER_SHOW_MINUTES


@lru_cache(maxsize=2_048)
def _when(gap: int | None, *, may_slip: bool, are_two: bool) -> Evidence:
    if gap is None:
        return _NO_HOUR
    if gap <= NEAR_MINUTES:
        return FEATURES["near hours"].evidence(f"{gap} minutes apart")
    if gap < APART_MINUTES and not are_two:
        return FEATURES["doors and show"].evidence(f"{gap} minutes apart, as doors and show can be")
    if gap >= LONG_APART_MINUTES and not may_slip and not SLIP_OF_TWELVE[0] <= gap <= SLIP_OF_TWELVE[1]:
        return FEATURES["hours of two"].evidence(f"{gap} minutes apart, as two shows of a day are")
    return FEATURES["far hours"].evidence(f"{gap} minutes apart")


def minutes_apart(left: Hours, right: Hours) -> int | None:
    """Between the starts; where one tells only its doors, between the nearest of what both tell.

    Where an hour may mean another as well, by what brings them nearest. None where one tells nothing.
    """
    if not left or not right:
        return None
    one, other = left[0][0], right[0][0]
    if len(left) == len(right) == 1 and one is not None and other is not None:
        return round(abs(one - other) / 60)
    return round(min([_gap(a, b) for a in left for b in right]) / 60)


def _gap(left: tuple[float | None, float | None], right: tuple[float | None, float | None]) -> float:
    if left[0] is not None and right[0] is not None:
        return abs(left[0] - right[0])
    return min(abs(a - b) for a in left if a is not None for b in right if b is not None)
