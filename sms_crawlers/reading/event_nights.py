"""The nights of one schema.org Event that has several: lists of `startDate`, and `eventSchedule`."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sms_crawlers.calendars.recurrence import days_of
from sms_crawlers.reading import UnreadableField, find_clock
from sms_crawlers.reading.json_records import inner, text_at, zone_at
from sms_crawlers.reading.printed_nights import read_nights
from sms_crawlers.reading.schema_event import first_text, listed, plain_keys
from sms_crawlers.reading.showtimes import first_hours

DAYS_AHEAD = 180
_FREQUENCIES = {"D": "DAILY", "W": "WEEKLY", "M": "MONTHLY", "Y": "YEARLY"}
_WORDS = {"daily": "P1D", "weekly": "P1W", "biweekly": "P2W", "monthly": "P1M", "yearly": "P1Y"}
_PERIOD = re.compile(r"P(\d{1,3})([DWMY])")
_WEEKDAY = re.compile(r"(?:.*/)?(?P<nth>-?\d)?(?P<day>MO|TU|WE|TH|FR|SA|SU)[a-z]*", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INTERVAL = re.compile(r"(?P<start>\d{4}-\d\d-\d\dT\S+)/(?P<end>\d{4}-\d\d-\d\dT\S+)")
_BETWEEN_STARTS = re.compile(r"\s*[,;|]\s*(?=\d{4}-\d\d-\d\d)")


def nights_of(record: dict[str, Any], *, zone: str, today: date) -> list[dict[str, Any]]:
    """An Event once for each of its nights, with the one start; the Event alone where it has one start and no schedule.

    Of a schedule the nights of the half year from `today` count. `zone` (IANA) is that of the place. Raises
    UnreadableField ("event_day") for a schedule that cannot be read: its days between first and last are no run.
    """
    event = plain_keys(record)
    schedules = [plain_keys(part) for part in listed(event.get("eventSchedule")) if isinstance(part, dict)]
    if schedules:
        return [
            without(event, "eventSchedule") | night
            for schedule in schedules
            for night in _scheduled(schedule, zone=zone, today=today)
        ]
    starts = _starts(event.get("startDate"))
    before = set(_texts(event.get("previousStartDate")))
    if len(starts) > 1:
        starts = [start for start in starts if start not in before] or starts
    if len(starts) == 1 and (nights := _in_one_text(starts[0], today)):
        return [without(event, "endDate") | night for night in nights]
    if len(starts) < 2:
        return [record | {"startDate": starts[0]} if starts and isinstance(event.get("startDate"), list) else record]
    ends, doors = _texts(event.get("endDate")), _texts(event.get("doorTime"))
    return [
        without(event, "endDate", "doorTime")
        | {"startDate": start}
        | _on(start, "endDate", ends)
        | _on(start, "doorTime", doors)
        for start in starts
    ]


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    """An event without some of its keys."""
    return {key: value for key, value in event.items() if key not in names}


def _texts(value: Any) -> list[str]:
    told = [text for part in listed(value) if (text := first_text(part, "@value"))]
    return [start for text in told for start in _BETWEEN_STARTS.split(text)]


def _in_one_text(start: str, today: date) -> list[dict[str, Any]]:
    """The nights of a start that tells several, or a night with its end; none for a plain start.

    "2026-11-27T20:00/2026-11-27T23:00", "Nov 27 & 28, 2026, 8pm".
    """
    interval = _INTERVAL.fullmatch(start)
    if interval:
        return [{"startDate": interval["start"], "endDate": interval["end"]}]
    if re.match(r"\d{4}-?\d\d", start):
        return []
    with suppress(UnreadableField):
        nights = read_nights(start, near=today)
        if len(nights) == 1 and nights[0][1] is None:
            return []
        hour = first_hours(start, evening=False).show
        return [
            {"startDate": f"{first}T{hour}" if hour else first.isoformat(), "endDate": last and last.isoformat()}
            for first, last in nights
        ]
    return []


def _starts(value: Any) -> list[str]:
    """The distinct starts in order; a bare day that also stands with an hour is the same night."""
    told = list(dict.fromkeys(_texts(value)))
    timed = {text[:10] for text in told if len(text) > len("2026-11-20")}
    return [text for text in told if not (_ISO_DAY.fullmatch(text) and text in timed)]


def _on(start: str, name: str, told: list[str]) -> dict[str, str]:
    """What is told of the day of a start, or for all nights without a day."""
    fits = [text for text in told if text[:10] == start[:10] or not _ISO_DAY.match(text)]
    return {name: fits[0]} if fits else {}


def _scheduled(schedule: dict[str, Any], *, zone: str, today: date) -> list[dict[str, Any]]:
    first, last = (_day(first_text(inner(schedule, name), "@value")) for name in ("startDate", "endDate"))
    rule = _rule(schedule)
    if first is None:
        raise UnreadableField("event_day", "an eventSchedule without its first day")
    if rule is None:
        if last not in (None, first):
            raise UnreadableField("event_day", "an eventSchedule that does not tell how it repeats")
        days = [first]
    else:
        until = min(last or date.max, today + timedelta(days=DAYS_AHEAD))
        left_out = [day for text in _texts(schedule.get("exceptDate")) if (day := _day(text))]
        try:
            days = days_of(rule, first, max(today, first), until, left_out=left_out)
        except UnreadableField as problem:
            raise UnreadableField("event_day", f"eventSchedule: {problem.reason}") from problem
    start = _hour(schedule, "startTime") or _hour(schedule, "startDate")
    end = _hour(schedule, "endTime") or _hour(schedule, "endDate")
    place = ZoneInfo(zone_at(schedule, "scheduleTimezone") or zone)
    return [_night(day, start, end, place) for day in days]


def _night(day: date, start: str | None, end: str | None, zone: ZoneInfo) -> dict[str, Any]:
    if start is None:
        return {"startDate": day.isoformat(), "endDate": None}
    begins = datetime.fromisoformat(f"{day}T{start}").replace(tzinfo=zone)
    ends = datetime.fromisoformat(f"{day}T{end}").replace(tzinfo=zone) if end else None
    if ends and ends <= begins:
        ends += timedelta(days=1)
    return {"startDate": begins.isoformat(), "endDate": ends.isoformat() if ends else None}


def _rule(schedule: dict[str, Any]) -> str | None:
    """A schedule as a rule of RFC 5545; None where it does not repeat. Raises UnreadableField."""
    told = text_at(schedule, "repeatFrequency")
    weekdays = [_weekday(text) for text in _texts(schedule.get("byDay"))]
    weeks = [week for number in listed(schedule.get("byMonthWeek")) if (week := str(number).strip())]
    if weeks and weekdays:
        weekdays = [f"{week}{day[-2:]}" for week in weeks for day in weekdays]
    if told is None:
        if not weekdays:
            return None
        told = "P1W"
    word = re.split(r"[/#]", told)[-1]
    period = _PERIOD.fullmatch(_WORDS.get(word.casefold(), word))
    if period is None:
        raise UnreadableField("event_day", f"an eventSchedule that repeats {told!r:.40}")
    parts = [f"FREQ={_FREQUENCIES[period[2]]}", f"INTERVAL={period[1]}"]
    if weekdays:
        parts.append(f"BYDAY={','.join(weekdays)}")
    for name in ("byMonth", "byMonthDay"):
        if numbers := [str(number) for number in listed(schedule.get(name))]:
            parts.append(f"{name.upper()}={','.join(numbers)}")
    if count := text_at(schedule, "repeatCount"):
        parts.append(f"COUNT={count}")
    return ";".join(parts)


def _weekday(text: str) -> str:
    found = _WEEKDAY.fullmatch(text.strip())
    if found is None:
        raise UnreadableField("event_day", f"an eventSchedule on {text!r:.40}")
    return f"{found['nth'] or ''}{found['day'].upper()}"


def _day(text: str | None) -> date | None:
    found = _ISO_DAY.match(text or "")
    try:
        return date.fromisoformat(found.group()) if found else None
    except ValueError as problem:
        raise UnreadableField("event_day", f"{text!r:.40} is no day") from problem


def _hour(schedule: dict[str, Any], name: str) -> str | None:
    stated = first_text(inner(schedule, name), "@value") or ""
    return None if _ISO_DAY.fullmatch(stated) else find_clock(stated.rpartition("T")[2])
