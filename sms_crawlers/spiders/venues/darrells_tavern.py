"""Darrell's Tavern: a calendar that the house types by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scrapy.http import Response, TextResponse

from sms_crawlers.items import ListedArtist, RawEventItem, RecordSkip
from sms_crawlers.reading import (
    Block,
    UnreadableField,
    absolute,
    age_phrase,
    blocks_of,
    doors_and_show,
    find_clock,
    find_days,
    one,
    price_phrase,
    slug,
    status_phrase,
    without_days,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.spider import Outcome, SourceSpider

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
WEEKLY_NIGHTS = re.compile(r"JAZZ JAM|DJ NIGHT|OPEN MIC|KARAOKE|TRIVIA|\bEVERY\b", re.IGNORECASE)
HOUSE_NOTES = re.compile(
    r"OPEN \d|FOR BOOKING|SEVEN DAYS|SUGGESTED DONATION|HOSTED BY|unless otherwise noted|\bSHOWS \d", re.IGNORECASE
)
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})[A-Z]*"
RULE_OF_DAYS = re.compile(rf"\b(ALL|{_WEEKDAY}(?:\s*[/&,]\s*{_WEEKDAY})*)\s+SHOWS\b", re.IGNORECASE)
LOOKS_LIKE_A_DAY = re.compile(r"\b\d{1,2}[./]\d{1,2}\b")
ONLY_HOURS = re.compile(r"(?=.*\d\s*(?:[AP]\.?M|:\d))[\d:.\sAPM–—-]+", re.IGNORECASE)
ANNOTATION = re.compile(r"\s*\([^()]*\)")
JOINED_BY = re.compile(r"^(?:w/|with\b|feat\.|\+|&)\s*", re.IGNORECASE)
SMALL_WORDS = re.compile(r"\b(?:w/|with\b|and\b|feat\b|the\b|of\b|Mc(?=[A-Z]))")
NO_ACT = re.compile(
    r"(?:and |more |special |very )*(?:guests?|friends|t\.?b\.?[ad]\.?)|closed\b.*|private (?:party|event)",
    re.IGNORECASE,
)


@dataclass
class HouseRules:
    """What the page says of its nights in general, by weekday (0 is Monday)."""

    hours: dict[int, str] = field(default_factory=dict)
    prices: dict[int, str] = field(default_factory=dict)


@dataclass
class Night:
    """What a heading and the paragraphs below it say, sorted by what each line is."""

    days: list[date]
    name: list[str] = field(default_factory=list)
    acts: list[tuple[str, str | None]] = field(default_factory=list)
    """Lines in capitals, each with the address of its link."""
    details: list[str] = field(default_factory=list)
    """Lines with hours, price, age or status."""
    notes: list[str] = field(default_factory=list)
    """All that stands below the heading besides the acts."""

    @property
    def title(self) -> str:
        """The bill as a reader would name it: the acts in their order, after the name of the night.

        What stands in brackets behind an act ("(solo set)") is in the payload.
        """
        bill = ", ".join(ANNOTATION.sub("", text).strip() or text for text, _ in self.acts)
        return ": ".join(part for part in (" ".join(self.name), bill) if part)


class DarrellsTavernSpider(SourceSpider):
    """One page of WordPress, typed by hand: headings with days, and under each a paragraph with the bill.

    A heading is "THU 08.28": weekday and month.day without a year; several days of one bill are joined by " / ". Its
    further lines are an hour, a price or the name of the night. Below it stand the bands in capitals, one a line;
    lines with hours, price or status; and text in lower case. Where a night prints no hour or price, those that the
    page states for the house are taken ("FRI/SAT SHOWS 9PM", "ALL SHOWS $10"), the price marked "(default)". Tags are
    left open at will. Weekly nights have headings without a day and are skipped.

    The page has no ids: the id is the day and the first act, "2026-02-26-daggerhands".
    """

    name = "darrells_tavern"
    title = "Darrell's Tavern"
    homepage = "https://darrellstavern.com"
    kind = "venue"
    city = "seattle"
    venue = "darrells_tavern"
    start_urls = ["https://darrellstavern.com/show-calendar/"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the page's headings in document order."""
        page = as_text(response)
        blocks = blocks_of(one(page, "div.entry-content"))
        rules = read_rules(blocks)
        yield from self.read_each(sections(blocks), lambda section: self.events(section, rules, page), page)

    def events(
        self, section: dict[str, Any], rules: HouseRules, response: TextResponse
    ) -> list[RawEventItem] | RecordSkip:
        """The items of a section, one a day of its heading."""
        heading = "\n".join(section["heading"])
        days = find_days(heading, near=self.today)
        if not days:
            if LOOKS_LIKE_A_DAY.search(heading):
                raise UnreadableField("event_day", f"no day that can be read in {heading!r}")
            return RecordSkip(reason="weekly night" if WEEKLY_NIGHTS.search(heading) else "heading without a day")
        night = read_night(section, days)
        if not night.title:
            raise UnreadableField("title", f"neither an act in capitals nor a name of the night below {heading!r}")
        return [self.event(night, day, rules, section, response) for day in days]

    def event(
        self, night: Night, day: date, rules: HouseRules, section: dict[str, Any], response: TextResponse
    ) -> RawEventItem:
        """One day of a night."""
        details = "\n".join(night.details)
        hours = doors_and_show(details)
        printed = next((find_clock(line) for line in night.details if ONLY_HOURS.fullmatch(line)), None)
        artists = list(self.artists(night, response))
        house_hour = rules.hours.get(day.weekday()) if artists and not (hours or printed) else None
        house_price = rules.prices.get(day.weekday()) if artists else None
        return self.item(
            response,
            source_event_id=f"{day}-{slug(artists[0]['name'] if artists else night.title)}",
            title=night.title,
            event_day=day.isoformat(),
            start_time=hours.show or printed or house_hour,
            doors_time=hours.doors,
            end_time=hours.end,
            date_text=" / ".join(section["heading"]),
            artists=artists,
            description="\n".join(night.notes) or None,
            price_text=price_phrase(details) or (f"{house_price} (default)" if house_price else None),
            age_text=age_phrase("\n".join((*night.details, *night.notes))),
            status_text=next((status_phrase(line) for line in night.details if is_status(line)), None),
            payload=section,
        )

    def artists(self, night: Night, response: TextResponse) -> Iterator[ListedArtist]:
        """The acts by name, without what stands in brackets behind it."""
        for text, href in night.acts:
            name = JOINED_BY.sub("", ANNOTATION.sub("", text)).strip() or text
            if not NO_ACT.fullmatch(name):
                url = absolute(response, href)
                yield {"name": name, "url": url} if url else {"name": name}


def sections(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Each heading with the paragraphs up to the next one, as plain lines; the house's notes are left out.

    The form is that of the payload: {"heading": [text, …], "paragraphs": [[[text, address of its link], …], …]}.
    """
    found: list[dict[str, Any]] = []
    for block in blocks:
        if block.tag in HEADINGS:
            found.append({"heading": [line.text for line in block.lines], "paragraphs": []})
        elif found and not HOUSE_NOTES.search(block.lines[0].text):
            found[-1]["paragraphs"].append([[line.text, line.href] for line in block.lines])
    return found


def read_rules(blocks: Iterable[Block]) -> HouseRules:
    """The hours and prices that the page states for all nights or those of some weekdays; the last word holds."""
    rules = HouseRules()
    for line in (line.text for block in blocks if block.tag not in HEADINGS for line in block.lines):
        named = list(RULE_OF_DAYS.finditer(line))
        ends = [rule.start() for rule in named[1:]]
        for rule, end in zip(named, [*ends, len(line)], strict=False):
            said = line[rule.end() : end]
            hour, price = find_clock(said), price_phrase(said)
            for weekday in _weekdays(rule[1]):
                rules.hours |= {weekday: hour} if hour else {}
                rules.prices |= {weekday: price} if price else {}
    return rules


def read_night(section: dict[str, Any], days: list[date]) -> Night:
    """Sort the lines of a section into acts, details and notes."""
    night = Night(days)
    for line in section["heading"]:
        rest = without_days(line)
        if rest:
            (night.details if is_detail(rest) else night.name).append(rest)
    for text, href in (line for paragraph in section["paragraphs"] for line in paragraph):
        if is_detail(text):
            night.details.append(text)
        if is_detail(text) or not in_capitals(text):
            night.notes.append(text)
        else:
            night.acts.append((text, href))
    return night


def is_detail(line: str) -> bool:
    """Does a line tell hours, price, age or status?"""
    age = age_phrase(line)
    return bool(
        ONLY_HOURS.fullmatch(line)
        or doors_and_show(line)
        or price_phrase(line)
        or (age and len(age) >= len(line) - 2)
        or is_status(line)
    )


def is_status(line: str) -> bool:
    """Is a line, such as "SOLD OUT!" or "SHOW CANCELLED", about status only?"""
    return len(line.split()) <= 3 and status_phrase(line) is not None


def in_capitals(line: str) -> bool:
    """Is a line in capitals, but for what stands in brackets and small words between?"""
    rest = SMALL_WORDS.sub("", ANNOTATION.sub("", line))
    return any(c.isalnum() for c in rest) and not any(c.islower() for c in rest)


def _weekdays(text: str) -> list[int]:
    if text.upper() == "ALL":
        return list(range(7))
    return [WEEKDAYS.index(name[:3].upper()) for name in re.findall(_WEEKDAY, text, re.IGNORECASE)]
