"""Calendars kept as a Webflow CMS list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import ListedArtist, RawEventItem, RecordSkip
from sms_crawlers.reading import (
    UnreadableField,
    absolute,
    age_phrase,
    background_image,
    doors_and_show,
    find_clock,
    find_days,
    fold,
    lines_of,
    price_phrase,
    status_phrase,
    text_of,
)
from sms_crawlers.reading.answers import as_text
from sms_crawlers.reading.printed_nights import read_one_run
from sms_crawlers.runs.listing import listing_incomplete
from sms_crawlers.scouting.recognition import Recognition
from sms_crawlers.spider import Outcome, SourceSpider
from sms_text.calendar_words import MONTH_ABBREVIATIONS

FILLER = "This is some text inside of a div block."
"""Webflow's own text in a field that nobody has connected to the list."""
MIDNIGHT = "00:00"
"""The hour that Webflow shows beside a date without one."""
_DAY = re.compile(rf"\b(?:{'|'.join(MONTH_ABBREVIATIONS)})[a-z]*\.? \d|\d[./]\d", re.IGNORECASE)
_HIDDEN = "ancestor-or-self::*[contains(concat(' ', @class, ' '), ' w-condition-invisible ')]"
_BETWEEN_COMMAS = re.compile(r"(?:\([^()]*\)|[^,])+")
"""What stands between two commas that are not in brackets."""
"""Those between acts, not within brackets."""


class WebflowListSpider(SourceSpider):
    """A calendar page that Webflow (https://webflow.com) renders from a CMS list.

    How to know it: `.w-dyn-items > .w-dyn-item` in the page as served, pictures on cdn.prod.website-files.com.

    Set, besides what every spider sets: `start_urls`, and `event_path`, how the addresses of event pages begin; the
    rest of such an address is the event's id. The first list with such links is read; a second one holds past events.

    Preferred way: the classes that the site's designer named, in the attributes that end with `_css`. A redesign
    renames them. Fall-back: Webflow's own structure. The line of the card that prints a day is the date, the first
    other line the title, the rich text the description, a visible button that leaves the site the ticket link.

    Hours and price in a card's text win over the hour beside its date, and fields of their own over both. Midnight is
    no hour: it is what Webflow shows for a date without one. What a card has no use for is in it all the same and
    hidden: by `w-condition-invisible` on it or around it, or by "#" for an address; or it says "This is some text
    inside of a div block.".
    """

    platform = "Webflow list"

    event_path: ClassVar[str] = "/global-events/"
    recurring_path: ClassVar[str] = "/recurring-events/"
    """Where the pages of weekly nights are; their cards are skipped."""
    title_css: ClassVar[str | None] = None
    date_css: ClassVar[str | None] = None
    text_css: ClassVar[str] = ".w-richtext"
    image_css: ClassVar[str | None] = None
    ticket_css: ClassVar[str] = "a.w-button"
    end_date_css: ClassVar[str | None] = None
    doors_css: ClassVar[str | None] = None
    show_css: ClassVar[str | None] = None
    room_css: ClassVar[str | None] = None
    """Where a card names its room, in a list of several."""
    acts_css: ClassVar[tuple[str, ...]] = ()
    """Fields of acts, headliners first, each of them a list with commas."""
    status_css: ClassVar[str | None] = None
    """A label; a picture of one is read by its file's name."""

    @classmethod
    def recognise(cls, page: TextResponse) -> Recognition | None:
        """A list of cards with days in it, whose links begin alike."""
        if page.selector.type != "html":
            return None
        for listing in page.css(".w-dyn-items"):
            cards = listing.xpath("./*[contains(@class, 'w-dyn-item')]")
            dated = [card for card in cards if any(map(_names_a_day, lines_of(card)))]
            hrefs = {href for card in dated for href in card.css("a::attr(href)").getall()}
            paths = Counter(
                found[1] for href in hrefs if (found := re.match(r"(?:https?://[^/]+)?(/[^/?#]+/)[^/?#]", href))
            )
            if paths:
                path = paths.most_common(1)[0][0]
                why = f"{len(dated)} cards of a Webflow list (.w-dyn-item) with days in them, linked to {path}"
                return Recognition(why, {"start_urls": [page.url], "event_path": path})
        return None

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Read the cards of the page's first list of events."""
        page = as_text(response)
        cards = self.cards(page)
        if cards and cards[0].xpath("ancestor::*[contains(@class, 'w-dyn-list')][1]").css("a.w-pagination-next[href]"):
            listing_incomplete(self, "the list has further pages, and the first is read")
        yield from self.read_each(cards, lambda card: self.event(page, card), page)

    def cards(self, response: TextResponse) -> list[Selector]:
        """The cards of the list of upcoming events. Raises UnreadablePage for a page without one."""
        for listing in response.css(".w-dyn-items, .w-dyn-empty"):
            cards = listing.xpath("./*[contains(@class, 'w-dyn-item')]")
            if any(self._link(card, self.event_path) for card in cards):
                return list(cards)
            if listing.css(".w-dyn-empty"):
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
        day, last_of_run = read_one_run(printed, near=self.today)
        beside = find_clock(printed)
        return self.item(
            response,
            source_event_id=urlsplit(href).path.split(self.event_path, 1)[1].strip("/"),
            source_url=absolute(response, href),
            title=title,
            event_day=day.isoformat(),
            start_time=self._hour(card, self.show_css) or hours.show or (None if beside == MIDNIGHT else beside),
            doors_time=self._hour(card, self.doors_css) or hours.doors,
            end_time=hours.end,
            end_day=self._end_day(card, day) or (last_of_run and last_of_run.isoformat()),
            date_text=printed,
            venue_name=self._field(card, self.room_css),
            artists=self._acts(card),
            description="\n".join(part.get() for part in body) or None,
            price_text=price_phrase(text),
            age_text=age_phrase(text) or age_phrase(title),
            status_text=status_phrase(title) or self._status(card),
            image_url=self._image(response, card),
            ticket_url=self._tickets(response, card),
            payload=card.get(),
        )

    def _date_and_title(self, card: Selector) -> tuple[str, str]:
        """The printed date and the title, by their classes or else by what they say."""
        dates = self._fields(card, self.date_css)
        printed = next(filter(self._prints_a_day, dates), None)
        title = self._field(card, self.title_css)
        lines = lines_of(card)
        printed = printed or next((line for line in lines if self._prints_a_day(line)), None)
        if printed is None:
            raise UnreadableField("event_day", "no line of the card prints a day")
        title = title or next((line for line in lines if line not in (printed, FILLER)), None)
        if title is None:
            raise UnreadableField("title", "the card has no text besides its date")
        return printed, title

    def _fields(self, card: Selector, css: str | None) -> list[str]:
        """What stands where `css` says, but for Webflow's filler; hidden parts only if no other is there."""
        parts = card.css(css) if css else []
        shown = [part for part in parts if not part.xpath(_HIDDEN)]
        return [text for part in shown or parts if (text := text_of(part)) and text != FILLER]

    def _field(self, card: Selector, css: str | None) -> str | None:
        return next(iter(self._fields(card, css)), None)

    def _hour(self, card: Selector, css: str | None) -> str | None:
        return find_clock(self._field(card, css) or "", evening=True)

    def _end_day(self, card: Selector, day: date) -> str | None:
        """The last day of several, where the card states one after the first."""
        try:
            last = next(iter(find_days(self._field(card, self.end_date_css) or "", near=day)), day)
        except UnreadableField:
            return None  # the show stands without it; the payload keeps what was told
        return last.isoformat() if last > day else None

    def _acts(self, card: Selector) -> list[ListedArtist]:
        bills = [bill for css in self.acts_css for bill in self._fields(card, css)]
        names = dict.fromkeys(name for bill in bills for part in _BETWEEN_COMMAS.findall(bill) if (name := fold(part)))
        return [{"name": name} for name in names]

    def _status(self, card: Selector) -> str | None:
        """The words of a visible label, or of the name of its picture."""
        for label in card.css(self.status_css) if self.status_css else ():
            status = status_phrase(f"{text_of(label) or ''} {unquote(label.attrib.get('src', ''))}")
            if status and not label.xpath(_HIDDEN):
                return status
        return None

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
        shown = [image for image in card.css("img") if not image.xpath(_HIDDEN)]
        return next((url for image in shown if (url := absolute(response, image.attrib.get("src")))), None)

    def _tickets(self, response: TextResponse, card: Selector) -> str | None:
        for button in card.css(self.ticket_css):
            hidden = button.xpath(_HIDDEN)
            url = absolute(response, button.attrib.get("href"))
            if url and not hidden and urlsplit(url).netloc != urlsplit(response.url).netloc:
                return url
        return None


def _names_a_day(line: str) -> bool:
    return _DAY.search(line) is not None
