"""Calendars kept as a Webflow CMS list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem, RecordSkip
from sms_crawlers.platforms.answers import as_text
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    background_image,
    doors_and_show,
    find_clock,
    find_days,
    lines_of,
    price_phrase,
    read_day,
    status_phrase,
    text_of,
)
from sms_crawlers.spider import Outcome, SourceSpider


class WebflowListSpider(SourceSpider):
    """A calendar page that Webflow (https://webflow.com) renders from a CMS list.

    How to know it: `.w-dyn-list > .w-dyn-items > .w-dyn-item` in the page as served, pictures on
    cdn.prod.website-files.com.

    Set, besides what every spider sets: `start_urls`, and `event_path`, how the addresses of event pages begin; the
    rest of such an address is the event's id. The first list with such links is read; a second one holds past events.

    Preferred way: the classes that the site's designer named, in `title_css`, `date_css`, `text_css`, `image_css` and
    `ticket_css`. A redesign renames them. Fall-back: Webflow's own structure. The line of the card that prints a day
    is the date, the first other line the title, the rich text the description, a visible button that leaves the site
    the ticket link.

    Hours and price in a card's text win over the hour beside its date. A button is in every card and hidden where it
    has nothing to lead to: by `w-condition-invisible` on it or around it, or by "#" for an address.
    """

    event_path: ClassVar[str] = "/global-events/"
    recurring_path: ClassVar[str] = "/recurring-events/"
    """Where the pages of weekly nights are; their cards are skipped."""
    title_css: ClassVar[str | None] = None
    date_css: ClassVar[str | None] = None
    text_css: ClassVar[str] = ".w-richtext"
    image_css: ClassVar[str | None] = None
    ticket_css: ClassVar[str] = "a.w-button"

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the cards of the page's first list of events."""
        page = as_text(response)
        yield from self.read_each(self.cards(page), lambda card: self.event(page, card), page)

    def cards(self, response: TextResponse) -> list[Selector]:
        """The cards of the list of upcoming events. Raises UnreadablePage for a page without one."""
        for listing in response.css(".w-dyn-list"):
            cards = listing.xpath("./*[contains(@class, 'w-dyn-items')]/*[contains(@class, 'w-dyn-item')]")
            if any(self._link(card, self.event_path) for card in cards):
                return list(cards)
            if not cards and listing.css(".w-dyn-empty"):
                return []
        raise UnreadablePage(f"no Webflow list with links to {self.event_path} in the page")

    def event(self, response: TextResponse, card: Selector) -> RawEventItem | RecordSkip:
        """One card as an item."""
        href = self._link(card, self.event_path)
        if href is None:
            if self._link(card, self.recurring_path):
                return RecordSkip(reason="weekly night")
            raise UnreadableField("source_event_id", f"no link to {self.event_path} in the card")
        printed, title = self._date_and_title(card)
        body = [part for part in card.css(self.text_css) if lines_of(part)]
        text = "\n".join(line for part in body for line in lines_of(part))
        hours = doors_and_show(text)
        return self.item(
            response,
            source_event_id=urlsplit(href).path.split(self.event_path, 1)[1].strip("/"),
            source_url=absolute(response, href),
            title=title,
            event_day=read_day(printed, near=self.today).isoformat(),
            start_time=hours.show or find_clock(printed),
            doors_time=hours.doors,
            end_time=hours.end,
            date_text=printed,
            description="\n".join(part.get() for part in body) or None,
            price_text=price_phrase(text),
            age_text=age_phrase(text) or age_phrase(title),
            status_text=status_phrase(title),
            image_url=self._image(response, card),
            ticket_url=self._tickets(response, card),
            payload=card.get(),
        )

    def _date_and_title(self, card: Selector) -> tuple[str, str]:
        """The printed date and the title, by their classes or else by what they say."""
        printed = text_of(next(iter(card.css(self.date_css)), None)) if self.date_css else None
        title = text_of(next(iter(card.css(self.title_css)), None)) if self.title_css else None
        lines = lines_of(card)
        printed = printed or next((line for line in lines if self._prints_a_day(line)), None)
        if printed is None:
            raise UnreadableField("event_day", "no line of the card prints a day")
        title = title or next((line for line in lines if line != printed), None)
        if title is None:
            raise UnreadableField("title", "the card has no text besides its date")
        return printed, title

    def _prints_a_day(self, line: str) -> bool:
        try:
            return bool(find_days(line, near=self.today))
        except UnreadableField:
            return True

    def _link(self, card: Selector, path: str) -> str | None:
        return card.xpath(".//a[contains(@href, $path)]/@href", path=path).get()

    def _image(self, response: TextResponse, card: Selector) -> str | None:
        styled = card.css(self.image_css) if self.image_css else []
        for element in styled or card.css("[style]"):
            url = absolute(response, background_image(element.attrib.get("style")))
            if url:
                return url
        return absolute(response, card.css("img::attr(src)").get())

    def _tickets(self, response: TextResponse, card: Selector) -> str | None:
        for button in card.css(self.ticket_css):
            hidden = button.xpath("ancestor-or-self::*[contains(concat(' ', @class, ' '), ' w-condition-invisible ')]")
            url = absolute(response, button.attrib.get("href"))
            if url and not hidden and urlsplit(url).netloc != urlsplit(response.url).netloc:
                return url
        return None
