"""Entries of whole days, told as midnight by programs that have no whole days."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar import Event
from icalendar.prop import vDDDTypes

from sms_crawlers.calendars.ical_text import end_of, first_property, start_of

ONE_DAY = timedelta(days=1)
_CALLED_WHOLE_DAYS = ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY")
LAST_MINUTE = time(23, 59)


def without_midnights(event: Event, zone: str) -> None:
    """Make an entry that lasts from midnight to midnight one of whole days, as programs without these write them.

    Midnight is that of the entry's own zone, of UTC, or of `zone`; the last minute of a day is its end too. An entry
    that begins at midnight and tells no end has no hour either.
    """
    start = start_of(event)
    if not isinstance(start, datetime) or not MINYEAR < start.year < MAXYEAR:
        return
    end = end_of(event, start)
    if any(str(first_property(event, name)).upper() in ("TRUE", "1") for name in _CALLED_WHOLE_DAYS):
        _make_whole(event, start, end)
        return
    for told in _clocks(start, zone):
        begin = start if told is None else start.astimezone(told)
        if begin.time() != time.min:
            continue
        if end is None:
            if told is not None and told is not start.tzinfo:
                continue
            last = begin.date() + ONE_DAY
        elif isinstance(end, datetime) and (end.tzinfo is None) == (start.tzinfo is None):
            finish = end if told is None else end.astimezone(told)
            if finish.time().replace(second=0) == LAST_MINUTE:
                finish = datetime.combine(finish.date() + ONE_DAY, time.min)
            if finish.time() != time.min or finish.date() <= begin.date():
                continue
            last = finish.date()
        else:
            continue
        event.pop("DURATION", None)
        event["DTSTART"], event["DTEND"] = vDDDTypes(begin.date()), vDDDTypes(last)
        return


def _make_whole(event: Event, start: datetime, end: date | None) -> None:
    """Make an entry that calls itself one of whole days such a one: its start is midnight somewhere."""
    day = _nearest_midnight(start)
    last = _nearest_midnight(end) if isinstance(end, datetime) else day + ONE_DAY
    event.pop("DURATION", None)
    event["DTSTART"], event["DTEND"] = vDDDTypes(day), vDDDTypes(max(last, day + ONE_DAY))


def _nearest_midnight(moment: datetime) -> date:
    """The day that begins at a moment by the clock of some zone: until noon of UTC west of it, later east of it."""
    shown = moment.astimezone(UTC) if moment.tzinfo is not None and moment.time() != time.min else moment
    return shown.date() + ONE_DAY if shown.hour > 12 else shown.date()


def _clocks(start: datetime, zone: str) -> list[tzinfo | None]:
    """The clocks by which midnight may be meant: the entry's own first."""
    if start.tzinfo is None:
        return [None]
    return [start.tzinfo, UTC, ZoneInfo(zone)]
