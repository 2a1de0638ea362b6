"""What SpotHopper publishes of an event, in its three forms: card, section of an older page, entry of the list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from parsel import Selector

from sms_crawlers.reading import UnreadableField, find_clocks, text_of
from sms_crawlers.reading.json_records import inner, required_text, text_at
from sms_crawlers.reading.printed_nights import read_one_run
from sms_crawlers.reading.prose import plain_lines, printed_title

ONCE = "does not repeat"

_CODES = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_RULE_LINE = re.compile(
    rf"(?P<monthly>monthly on )?every (?:(?P<which>other|{'|'.join(_ORDINALS)}) )?"
    rf"(?P<days>{_DAY}(?:(?:, and |, | and | & ){_DAY})*|day)",
    re.IGNORECASE,
)


@dataclass
class Posting:
    """An event as one of the three forms tells it."""

    source_id: str | None
    title: str
    first: date
    kind: str
    """How it repeats: "Does not Repeat", "Every", "Monthly on x"; "" where that is not told."""
    html: str | None = None
    last: date | None = None
    weekdays: list[str] = field(default_factory=list)
    """Days of a weekly event as RRULE writes them, where they are told apart from the text."""
    every_weeks: int = 1
    hours: list[str] = field(default_factory=list)
    image: str | None = None
    printed: str | None = None
    record: Any = None

    @property
    def repeats(self) -> bool:
        return self.kind.casefold() != ONCE


def of_row(row: Selector, near: date) -> Posting:
    """A card or a section."""
    html = row.css(".event-info-text").get()
    day_text = text_of(next(iter(row.css(".event-day")), None))
    stamp = row.attrib.get("data-event-start-date")
    repeats = row.css("[data-is-recurring]::attr(data-is-recurring)").get() == "true"
    times = text_of(next(iter(row.css(".event-time")), None)) or row.attrib.get("data-event-start-time", "")
    first, last = (_day_of(stamp), None) if stamp else read_one_run(day_text or "", near=near)
    return Posting(
        source_id=row.attrib.get("id"),
        title=printed_title(text_of(next(iter(row.css("h2")), None))),
        first=first,
        kind=row.attrib.get("data-event-recurrence-type") or ("" if repeats else ONCE),
        html=html,
        last=_day_of(end) if (end := row.attrib.get("data-event-end-date")) else last,
        hours=find_clocks(times),
        image=row.css(".event-image-holder img::attr(src)").get(),
        printed=day_text,
        record=row.get(),
    )


def of_json(event: Any, images: dict[str | None, str | None]) -> Posting:
    """An event of the list."""
    first = _day_of(required_text(event, "event_date", field="event_day"))
    start = next(iter(find_clocks(text_at(event, "start_time") or "")), None)
    minutes = inner(event, "duration_minutes")
    hours = [] if start is None or inner(event, "all_day") is True else [start]
    if hours and isinstance(minutes, int) and 0 < minutes < 24 * 60:
        hours.append(f"{datetime.fromisoformat(f'2000-01-01T{start}') + timedelta(minutes=minutes):%H:%M}")
    days, weeks = inner(event, "recurrence", "active_days"), inner(event, "recurrence", "repeat_every_x_weeks")
    pictures = inner(event, "links", "images")
    last = text_at(event, "recurrence", "end_date")
    return Posting(
        source_id=text_at(event, "id"),
        title=printed_title(text_at(event, "name")),
        first=first,
        kind=text_at(event, "recurrence", "type") or ONCE,
        html=text_at(event, "rich_text") or text_at(event, "text"),
        last=_day_of(last) if last else None,
        weekdays=[
            _CODES[day] for day in (days if isinstance(days, list) else []) if isinstance(day, int) and day in range(7)
        ],
        every_weeks=weeks if isinstance(weeks, int) and weeks > 0 else 1,
        hours=hours,
        image=images.get(str(pictures[0])) if isinstance(pictures, list) and pictures else None,
        # What is left out are the hours of its advertisements, which are counted from the moment of the request.
        record={name: value for name, value in event.items() if name != "display_announcers"},
    )


def rule_of(posting: Posting) -> str:
    """The RRULE of a repeating event. Raises UnreadableField for one that repeats in a way that nothing tells."""
    lines = [" ".join(line.split()) for line in plain_lines(posting.html or "").splitlines()]
    found = next((match for line in lines if (match := _RULE_LINE.fullmatch(line.rstrip(" .")))), None)
    if found is None:
        if not posting.kind.casefold().startswith("every"):
            raise UnreadableField("event_day", f"{posting.kind!r}, and the text does not say how it repeats")
        days = posting.weekdays or [_CODES[posting.first.isoweekday() % 7]]
        weeks = max(posting.every_weeks, 2 if "other" in posting.kind.casefold() else 1)
        return f"FREQ=WEEKLY;WKST=SU;INTERVAL={weeks};BYDAY={','.join(days)}"
    if found["days"].casefold() == "day":
        return f"FREQ=DAILY;INTERVAL={2 if found['which'] else 1}"
    days = [name[:2].upper() for name in re.findall(_DAY, found["days"], re.IGNORECASE)]
    which = (found["which"] or "").casefold()
    if which in _ORDINALS:
        return f"FREQ=MONTHLY;BYDAY={','.join(f'{_ORDINALS[which]}{day}' for day in days)}"
    weeks = 2 if which == "other" else posting.every_weeks
    return f"FREQ=WEEKLY;WKST=SU;INTERVAL={weeks};BYDAY={','.join(days)}"


def _day_of(stamp: str) -> date:
    """The local day of a stamp that calls it UTC midnight."""
    try:
        return date.fromisoformat(stamp[:10])
    except ValueError as problem:
        raise UnreadableField("event_day", f"{stamp!r} begins with no day") from problem
