"""What the VEVENTs of one UID are: an entry and its later editions, a series with its changes, or several of either."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from icalendar import Event
from icalendar.prop import vDDDTypes

from sms_crawlers.calendars.ical_text import first_property, sequence_of, start_of, values_of

Entry = tuple[Event, str]
"""A VEVENT and its text."""


def series_of_uid(entries: Sequence[Entry], zone: str) -> tuple[list[list[Entry]], int]:
    """The series and single nights of one UID, in order, each with the entries that tell nights of it anew; and how
    many entries are replaced by later editions.

    Programs that write a run night by night, or cut a series in two, repeat its UID. An entry replaces another that has
    the same start, or a lower SEQUENCE; but not one series another that has ended before it begins. `zone` (IANA) is
    that of hours without a zone.
    """
    standing: list[Entry] = []
    own = [entry for entry in entries if "RECURRENCE-ID" not in entry[0]]
    last_first = own[::-1]
    for entry in sorted(last_first, key=lambda entry: _edition(entry[0]), reverse=True):
        if not any(_replaces(newer[0], entry[0], zone) for newer in standing):
            standing.append(entry)
    standing.sort(key=lambda entry: _instant(start_of(entry[0]), zone))
    series = [[entry] for entry in standing] or [[]]
    begins = [_instant(start_of(entry[0]), zone) for entry in standing]
    for entry in entries:
        if "RECURRENCE-ID" in entry[0]:
            by_rule = _instant(first_property(entry[0], "RECURRENCE-ID").dt, zone, latest=True)
            series[max(sum(begin <= by_rule for begin in begins) - 1, 0)].append(entry)
    return series, len(own) - len(standing)


def has_rules(entries: Sequence[Entry]) -> bool:
    """Is it a series, or a night that is told anew?"""
    return any(name in event for event, _ in entries for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _edition(event: Event) -> tuple[int, str]:
    """Which of two entries is the newer: by its SEQUENCE, else by the hour of its last change."""
    changed = first_property(event, "LAST-MODIFIED")
    is_told = isinstance(changed, vDDDTypes) and isinstance(changed.dt, date)
    return sequence_of(event), changed.dt.isoformat() if is_told else ""


def _replaces(newer: Event, older: Event, zone: str) -> bool:
    if _instant(start_of(newer), zone) == _instant(start_of(older), zone):
        return True
    if sequence_of(newer) == sequence_of(older):
        return False
    return not (_ends_before(older, newer, zone) or _ends_before(newer, older, zone))


def _ends_before(first: Event, second: Event, zone: str) -> bool:
    """Has a series ended by its rule before another one begins?"""
    if "RRULE" not in first or "RRULE" not in second:
        return False
    ends = [until for rule in values_of(first, "RRULE") for until in rule.get("UNTIL", [])]
    begins = _instant(start_of(second), zone)
    return bool(ends) and all(isinstance(end, date) and _instant(end, zone, latest=True) < begins for end in ends)


def _instant(moment: date, zone: str, *, latest: bool = False) -> datetime:
    """A moment in UTC, for its order among others: of a day its begin, or its end; local where it tells no zone."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.max if latest else time.min)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)
