"""RSS feeds whose posts are nights: a day in a field of the feed, in the title, or first in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from scrapy.http import Response, TextResponse

from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.reading import ShowTimes, UnreadableField, absolute, doors_and_show, status_phrase
from sms_crawlers.reading.online import is_online_title
from sms_crawlers.reading.printed_nights import Nights
from sms_crawlers.reading.prose import entry_times, plain_lines, printed_title, read_prose
from sms_crawlers.reading.rss import feed_records
from sms_crawlers.reading.schema_event import read_moment
from sms_crawlers.reading.show_days import ShowDays, find_show_days
from sms_crawlers.reading.showtimes import first_hours
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider

_DAY_FIELDS = ("startdate", "start_date", "event_date", "dtstart", "localstart")
"""Names of the elements in which calendars put the start: the RSS event module's, WordPress plug-ins', Trumba's."""


@dataclass
class _Told:
    """What a post tells of its nights."""

    nights: list[Nights]
    hours: ShowTimes
    printed: str
    is_stated: bool = False
    """Is it a field of the feed that tells them?"""


class RssCalendarSpider(SourceSpider):
    """A feed with one post a night.

    Set, besides what every spider sets: `start_urls`. The id is the post's guid, else its link; of several nights with
    "@" and the day. A post that prints no day is skipped, for feeds carry news as well; the day on which it was posted,
    that of a sale or one that was given up is no day of a show. A post with several days that may be the show's is
    skipped.
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

    def event(self, response: Response, record: dict[str, Any]) -> list[RawEventItem | RecordSkip]:
        """One post as an item for each of its nights."""
        title = printed_title(record.get("title"))
        text = record.get("encoded") or record.get("description") or ""
        if is_online_title(title):
            return [RecordSkip(reason="online only")]
        told = self._stated(record) or self._printed(title, plain_lines(text))
        if isinstance(told, str):
            return [RecordSkip(reason=told)]
        prose = read_prose(text)
        times = entry_times(told.hours.show, told.hours.end, prose.times)
        if not told.is_stated and (prose.times.show or prose.times.doors):
            show = told.hours if prose.times.show is None and prose.times.doors != told.hours.show else prose.times
            times = ShowTimes(prose.times.doors, show.show, show.end)
        link = record.get("link", "").strip() or None
        guid = record.get("guid", "").strip() or link or f"{told.nights[0][0]} {title}"
        return [
            RecordSkip(reason="past day")
            if (last or first) < self.today
            else self.item(
                response,
                source_event_id=guid if len(told.nights) == 1 else f"{guid}@{first}",
                source_url=link,
                title=title,
                event_day=first.isoformat(),
                end_day=last.isoformat() if last else None,
                start_time=times.show,
                doors_time=times.doors,
                end_time=times.end,
                date_text=told.printed,
                description=text or None,
                price_text=prose.price_text,
                age_text=prose.age_text,
                status_text=status_phrase(title),
                payload=record,
            )
            for first, last in told.nights
        ]

    def _stated(self, record: dict[str, Any]) -> _Told | None:
        """The night of a field of the feed, an instant in the room's zone; None where no field tells one."""
        stated = next((record[name] for name in _DAY_FIELDS if record.get(name)), None)
        if stated is None:
            return None
        with suppress(UnreadableField):
            day, hour = read_moment(stated, zone=self.timezone, near=self.today)
            return _Told(
                [(day, None)], ShowTimes(show=None if hour == "00:00" else hour), stated.strip(), is_stated=True
            )
        return None

    def _printed(self, title: str, text: str) -> _Told | str:
        """The nights that the title prints, else the one run of nights of the text; why it has none.

        Of a text with several runs those count that are to come, then those that tell hours; more than one is no night
        that anybody could tell.
        """
        evening = self.kind == "venue"
        named = [(days, title) for days in self._days(title)]
        lines = [(days, " ".join(line.split())) for line in text.splitlines() for days in self._days(line)]
        for found in (named, lines):
            if not found:
                continue
            kept = found
            for is_better in (
                lambda days: not days.is_doubtful,
                lambda days: days.last >= self.today,
                lambda days: bool(doors_and_show(days.words) or first_hours(days.words, evening=evening)),
            ):
                if len({days.nights for days, _ in kept}) > 1:
                    kept = [(days, line) for days, line in kept if is_better(days)] or kept
            if len({days.nights for days, _ in kept}) > 1:
                return "post with several days"
            days, line = kept[0]
            hours = first_hours(days.words, evening=evening)
            if not hours and len(found) == 1:
                hours = first_hours(line, evening=evening)
            return _Told(list(days.nights), hours, line)
        return "post without a day"

    def _days(self, line: str) -> list[ShowDays]:
        return find_show_days(line, near=self.today)
