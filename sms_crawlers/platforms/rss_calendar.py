"""RSS feeds whose posts are nights: a day in a field of the feed, in the title, or first in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from scrapy.http import Response, TextResponse

from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import absolute, doors_and_show, find_clock, status_phrase
from sms_crawlers.reading.days import find_show_days
from sms_crawlers.reading.prose import plain_lines, printed_title, read_prose
from sms_crawlers.reading.rss import feed_records
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

_DAY_FIELDS = ("startdate", "start_date", "event_date", "dtstart", "localstart")
"""Names of the elements in which calendars put the start: the RSS event module's, WordPress plug-ins', Trumba's."""


class RssCalendarSpider(SourceSpider):
    """A feed with one post a night.

    Set, besides what every spider sets: `start_urls`. The id is the post's guid, else its link. A post that prints no
    day is skipped, for feeds carry news as well; the day on which it was posted is no day of a show.
    """

    platform = "RSS"

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A feed, or a page that links to one; feeds of comments are none."""
        if re.match(r"\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<rss\b", page.text[:1000], re.DOTALL):
            return Recognition("the page is an RSS feed", {"start_urls": [page.url]})
        if page.selector.type != "html":
            return None
        for link in page.css('link[rel~="alternate"][type="application/rss+xml"]'):
            url = absolute(page, link.attrib.get("href"))
            if url and "comment" not in f"{url} {link.attrib.get('title', '')}".casefold():
                return Recognition(f"the page links to an RSS feed, {url}", {"start_urls": [url]})
        return None

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the posts. Raises UnreadablePage for a body that is no RSS."""
        yield from self.read_each(feed_records(response.body), lambda record: self.event(response, record), response)

    def event(self, response: Response, record: dict[str, Any]) -> RawEventItem | RecordSkip:
        """One post as an item."""
        title = printed_title(record.get("title"))
        text = record.get("encoded") or record.get("description") or ""
        stated = next((record[name] for name in _DAY_FIELDS if record.get(name)), None)
        day, printed_in = self._day([stated or "", title, *plain_lines(text).splitlines()])
        if day is None:
            return RecordSkip(reason="post with several days" if printed_in else "post without a day")
        if day < self.today:
            return RecordSkip(reason="past day")
        prose = read_prose(text)
        link = record.get("link", "").strip() or None
        return self.item(
            response,
            source_event_id=record.get("guid", "").strip() or link or f"{day} {title}",
            source_url=link,
            title=title,
            event_day=day.isoformat(),
            start_time=prose.times.show or (None if prose.times.doors else find_clock(printed_in)),
            doors_time=prose.times.doors,
            end_time=prose.times.end,
            date_text=printed_in,
            description=text or None,
            price_text=prose.price_text,
            age_text=prose.age_text,
            status_text=status_phrase(title),
            payload=record,
        )

    def _day(self, texts: list[str]) -> tuple[date | None, str]:
        """The day of the show and the text that prints it: that of a field, of the title, or the only one of the lines.

        Of lines with several days those that tell hours count; no day where that leaves more than one.
        """
        told = [(set(find_show_days(text, near=self.today)), " ".join(text.split())) for text in texts]
        for days, text in told[:2]:
            if days:
                return min(days), text
        lines = [(days, text) for days, text in told[2:] if days]
        if len({day for days, _ in lines for day in days}) > 1:
            lines = [(days, text) for days, text in lines if doors_and_show(text) or find_clock(text)] or lines
        found = {day for days, _ in lines for day in days}
        return (found.pop() if len(found) == 1 else None), lines[0][1] if lines else ""
