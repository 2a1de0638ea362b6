"""Egan's Ballard Jam House, Ballard: a hand-written schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.platforms.answers import as_html
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


class EgansBallardJamHouseSpider(SourceSpider):
    """One `dl` a day, some of them never closed: `dt` "Fri Nov 20", then a `dd` for each show, "7pm - Act - players
    with their instruments ($15 cover)". Two shows a night are two items.

    The title is what stands between the hour and the next dash, bracket with the cover, or "Purchase tickets"; links
    in square brackets are left out. The whole text is the description. A `dd` that is but a link heads the day's shows
    with a festival's name. The first `dl` is the policy for reservations. The year is proved by the weekday; days that
    are over stay on the page for a while.

    There are no ids: the id is the day, the hour and the title.
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
        lines, printed = [], ""
        for element in page.css("dt, dd"):
            if element.root.tag == "dt":
                printed = text_of(element) or ""
            else:
                lines.append({"date": printed, "markup": element.get()})
        if not lines:
            raise UnreadablePage("no dl with days and shows in the page")
        yield from self.read_each(lines, lambda line: self.event(page, line), page)

    def event(self, response: TextResponse, line: dict[str, Any]) -> RawEventItem | RecordSkip:
        """One show as an item."""
        if not find_days(line["date"], near=self.today):
            return RecordSkip(reason="house rules")
        day = read_day(line["date"], near=self.today)
        entry = Selector(text=line["markup"])
        text = text_of(entry) or ""
        if text == text_of(next(iter(entry.css("a")), None)):
            return RecordSkip(reason="festival heading")
        show = SHOW.match(text)
        said = LINK_IN_BRACKETS.sub("", show["said"] if show else text)
        title = fold(END_OF_TITLE.split(said, maxsplit=1)[0].strip(" .,/"))
        if title is None:
            raise UnreadableField("title", f"no act in {text!r:.80}")
        start = next(iter(find_clocks(show["hour"])), None) if show else None
        tickets = entry.xpath("//a[preceding-sibling::text()[contains(., 'tickets')]][last()]/@href").get()
        return self.item(
            response,
            source_event_id="-".join(filter(None, (day.isoformat(), (start or "").replace(":", ""), slug(title)))),
            title=title,
            event_day=day.isoformat(),
            start_time=start,
            date_text=line["date"],
            description=text,
            price_text=price_phrase(text),
            age_text=age_phrase(text),
            status_text=status_phrase(text),
            ticket_url=absolute(response, tickets),
            payload=line,
        )
