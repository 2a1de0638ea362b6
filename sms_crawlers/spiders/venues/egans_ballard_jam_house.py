"""Egan's Ballard Jam House, Ballard: a hand-written schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    find_clocks,
    find_days,
    fold,
    price_phrase,
    read_day,
    slug,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_html
from sms_crawlers.spider import Outcome, SourceSpider

SHOW = re.compile(
    r"(?P<hour>\d{1,2}(?::\d\d)?\s*(?:[ap]\.?\s*m\b\.?)|noon|midnight)\s*[-–—:]\s*(?P<said>.+)", re.IGNORECASE
)
LINK_IN_BRACKETS = re.compile(r"\s*\[[^\[\]]*\]")
END_OF_TITLE = re.compile(
    r"\s+[-–—]\s|\s*\.?\s*\bpurchase tickets\b|\.\s+(?:with|featuring|free)\b|\s*\([^()]*(?:cover|\$)[^()]*\)"
    r"|\s+NOTE:|\s+\(\s*(?:vocals|piano|guitar|bass|drums|horns|sax)",
    re.IGNORECASE,
)

SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")
MINIMUM = re.compile(r"\$\d+(?:\.\d\d)?(?:\s+[\w/&]+){0,3}?\s+minimum\b[^.;!?)]*", re.IGNORECASE)
_HOUR = r"(?:\d{1,2}(?::\d\d)?\s*[ap]\.?\s?m\b\.?|noon|midnight)"
_AND = r"\s*(?:,|&|/|,?\s*\b(?:and|or)\b)\s*"
_HOURS = rf"(?:(?:{_HOUR}|\d{{1,2}}(?::\d\d)?){_AND}){{0,5}}{_HOUR}"
_LATER = r"\s*(?:and|or|&)\s+later\b"
BARE_HOUR = re.compile(rf"(?<=\d)(?={_AND})")
SHOWS_AT = re.compile(
    rf"\bshows?\s+(?:(?:starting|beginning)\s+)?(?:at|(?P<since>from))\s+(?P<hours>{_HOURS})(?P<later>{_LATER})?"
    rf"|\b(?P<hours_before>{_HOURS})(?P<later_before>{_LATER})?\s+shows?\b",
    re.IGNORECASE,
)
"""The hours of shows that a sentence is of: "our 9 and 9:30pm shows", "shows at 9 pm and later"."""


class EgansBallardJamHouseSpider(SourceSpider):
    """One `dl` a day, some of them never closed: `dt` "Fri Nov 20", then a `dd` for each show, "7pm - Act - players
    with their instruments ($15 cover)". Two shows a night are two items.

    The title is what stands between the hour and the next dash, bracket with the cover, or "Purchase tickets"; links
    in square brackets are left out. The whole text is the description. A `dd` that is but a link heads the day's shows
    with a festival's name. The first `dl` is the policy for reservations.

    Between the days stand notices: "our 9pm and 9:30pm shows will be 21 and over" tells the age of each show at those
    hours, and a "$10 minimum food/drink order per person" is what a show costs that prints no price itself. Those
    under a heading with a festival's name are of its shows, any other of all. What a show itself prints goes before.

    The year is proved by the weekday; days that are over stay on the page for a while. There are no ids: the id is the
    day, the hour and the title.
    """

    name = "egans_ballard_jam_house"
    title = "Egan's Ballard Jam House"
    homepage = "https://www.ballardjamhouse.com"
    kind = "venue"
    city = "seattle"
    venue = "egans_ballard_jam_house"
    start_urls = ["https://www.ballardjamhouse.com/schedule.html"]
    complete_listing = True
    trust = 80
    terms = "Public page of the venue; no terms of use known, robots.txt obeyed."

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read what stands under each day. Raises UnreadablePage for a page without a list of days."""
        page = as_html(response)
        lines: list[dict[str, Any]] = []
        notices: list[tuple[str, str]] = []
        heading = printed = festival = ""
        for element in page.xpath("//h2 | //dt | //dd | //p[not(ancestor::dd)]"):
            text = text_of(element) or ""
            match element.root.tag:
                case "h2":
                    heading = text.casefold()
                case "p":
                    notices += ((heading, sentence) for sentence in SENTENCES.split(text) if is_notice(sentence))
                case "dt":
                    printed, festival = text, ""
                case _:
                    festival = text.casefold() if is_link(element) else festival
                    lines.append({"date": printed, "festival": festival, "markup": element.get()})
        if not lines:
            raise UnreadablePage("no dl with days and shows in the page")
        festivals = {line["festival"] for line in lines} - {""}
        for line in lines:
            own = line.pop("festival")
            told = [notice for notice in notices if notice[0] == own or notice[0] not in festivals]
            line["notices"] = [sentence for _, sentence in sorted(told, key=lambda notice: notice[0] != own)]
        yield from self.read_each(lines, lambda line: self.event(page, line), page)

    def event(self, response: TextResponse, line: dict[str, Any]) -> RawEventItem | RecordSkip:
        """One show as an item."""
        if not find_days(line["date"], near=self.today):
            return RecordSkip(reason="house rules")
        day = read_day(line["date"], near=self.today)
        entry = Selector(text=line["markup"])
        text = text_of(entry) or ""
        if is_link(entry):
            return RecordSkip(reason="festival heading")
        show = SHOW.match(text)
        said = LINK_IN_BRACKETS.sub("", show["said"] if show else text)
        title = fold(END_OF_TITLE.split(said, maxsplit=1)[0].strip(" .,/"))
        if title is None:
            raise UnreadableField("title", f"no act in {text!r:.80}")
        start = next(iter(find_clocks(show["hour"])), None) if show else None
        tickets = entry.xpath("//a[preceding-sibling::text()[contains(., 'tickets')]][last()]/@href").get()
        orders = [sentence for sentence in line["notices"] if MINIMUM.search(sentence)]
        ages = [sentence for sentence in line["notices"] if is_age_at(start, sentence)]
        return self.item(
            response,
            source_event_id="-".join(filter(None, (day.isoformat(), (start or "").replace(":", ""), slug(title)))),
            title=title,
            event_day=day.isoformat(),
            start_time=start,
            date_text=line["date"],
            description=text,
            price_text=price_phrase(text) or next(map(least_order, orders), None),
            age_text=age_phrase(text) or next(map(age_phrase, ages), None),
            status_text=status_phrase(text),
            ticket_url=absolute(response, tickets),
            payload=line | {"notices": [*orders, *ages]},
        )


def is_link(entry: Selector) -> bool:
    """Is the whole text of an entry one link? Such an entry is a festival's name."""
    text = text_of(entry)
    return text is not None and text == text_of(next(iter(entry.css("a")), None))


def is_notice(sentence: str) -> bool:
    """Does a sentence tell a least order, or the age for shows at some hour?"""
    return bool(MINIMUM.search(sentence) or (age_phrase(sentence) and SHOWS_AT.search(sentence)))


def least_order(sentence: str) -> str | None:
    """The least that each guest must order, as printed: "$10 minimum food/drink order per person"."""
    found = MINIMUM.search(sentence)
    return found.group().strip() if found else None


def is_age_at(start: str | None, sentence: str) -> bool:
    """Does a sentence tell the age for a show at an hour, `HH:MM`?"""
    shows = SHOWS_AT.search(sentence)
    if start is None or shows is None or age_phrase(sentence) is None:
        return False
    hours = find_clocks(BARE_HOUR.sub("pm", shows["hours"] or shows["hours_before"]))
    goes_on = shows["since"] or shows["later"] or shows["later_before"]
    return start in hours or bool(goes_on and hours and start > min(hours))
