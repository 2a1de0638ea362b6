"""Seattle Showlists: the bills of some forty rooms, kept by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.reading import UnreadableField, read_day, status_phrase
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.javascript_literals import literal_after
from sms_crawlers.reading.json_records import load_json, required_text, text_at
from sms_crawlers.reading.prose import printed, printed_title
from sms_crawlers.spider import Outcome, SourceSpider


class SeattleShowlistsSpider(SourceSpider):
    """One page, whose script assigns `window.upcomingShows`, an array of {id, date "20261120", title, venueName}.

    A title is the whole bill with HTML entities. There are no hours, prices or ages, and shows have no page of their
    own. Rooms are in the list's own spelling. A show whose `venueName` is empty has its room only in the markup, in the
    `data-venue-title` of `li[data-show-id]`; some shows are only there. The array alone, as JSON, is read too.
    """

    name = "seattle_showlists"
    title = "Seattle Showlists"
    homepage = "https://seattle.showlists.net"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://seattle.showlists.net"]
    complete_listing = True
    trust = 40
    terms = "Public page of volunteers; no terms of use known, robots.txt obeyed."

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the array, and what only the markup lists. Raises UnreadablePage for a page without the array."""
        page = as_text(response)
        is_bare = page.text.lstrip().startswith("[")
        shows = load_json(page.body, "the shows") if is_bare else literal_after(page.text, "window.upcomingShows")
        if not isinstance(shows, list):
            raise UnreadablePage("window.upcomingShows is no array")
        rows = {} if is_bare else listed_rows(page)
        known = {text_at(show, "id") for show in shows}
        shows = shows + [row for number, row in rows.items() if number not in known]
        yield from self.read_each(shows, lambda show: self.event(page, show, rows), page)

    def event(self, response: TextResponse, show: Any, rows: dict[str, dict[str, Any]]) -> RawEventItem:
        """One show as an item."""
        number = required_text(show, "id", field="source_event_id")
        date = required_text(show, "date", field="event_day")
        title = printed_title(printed(text_at(show, "title")))
        if len(date) != 8 or not date.isdecimal():
            raise UnreadableField("event_day", f"{date!r:.80} is no day")
        return self.item(
            response,
            source_event_id=number,
            title=title,
            event_day=read_day(f"{date[:4]}-{date[4:6]}-{date[6:]}", near=self.today).isoformat(),
            venue_name=printed(text_at(show, "venueName") or text_at(rows.get(number), "venueName")),
            status_text=status_phrase(title),
            payload=show,
        )


def listed_rows(page: TextResponse) -> dict[str, dict[str, Any]]:
    """The shows in the page's markup by their id, in the form of the array; those that name a room."""
    rows = {}
    for row in page.css("li[data-show-id][data-show-date]"):
        title, room = (row.css(f"[{name}]::attr({name})").get() for name in ("data-show-title", "data-venue-title"))
        if title and room:
            number = row.attrib["data-show-id"]
            rows[number] = {"id": number, "date": row.attrib["data-show-date"], "title": title, "venueName": room}
    return rows
