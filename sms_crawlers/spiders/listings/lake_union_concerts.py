"""Lake Union Concerts: concerts on boats, sold by Posh."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson
import scrapy
from parsel import Selector
from scrapy.http import Response, TextResponse

from sms_crawlers.errors import UnreadablePage
from sms_crawlers.items import RawEventItem
from sms_crawlers.platforms.json_ld import json_ld_events, read_json_ld_event
from sms_crawlers.reading import UnreadableField, fold, read_day, text_of, without_days
from sms_crawlers.reading.answers import as_html
from sms_crawlers.reading.schema_event import is_event
from sms_crawlers.spider import Outcome, SourceSpider

SELLER = "posh.vip"
CHUNK = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)')
BETWEEN_ACTS = re.compile(r"\s*[\U0001f000-\U0001faff\u2600-\u27bf]\ufe0f?\s*")
NO_ACTS = re.compile(r"\W*(?:(?:line-?up\s+)?(?:coming soon|to be announced|tb[ad]))?\W*", re.IGNORECASE)


class LakeUnionConcertsSpider(SourceSpider):
    """A list of dates and acts on the promoter's page: "**Nov 21** — Act 🦩 Act", each followed by a link to Posh.

    The list has no years and no hours; a crawl follows each link to the seller's page, which has both, as JSON-LD in
    a piece of script. The seller's version of a night counts, with the acts that the list names; the list's own
    version stands where the seller's page cannot be read. Concerts are on the water: there is no room. The id is the
    last part of the seller's address.
    """

    name = "lake_union_concerts"
    title = "Lake Union Concerts"
    homepage = "https://www.lakeunionconcerts.com"
    kind = "feed"
    city = "seattle"
    venue = None
    start_urls = ["https://www.lakeunionconcerts.com/tickets"]
    further_hosts = (SELLER,)
    may_be_empty = True
    trust = 60
    terms = "Public pages of the promoter and its seller; no terms of use known, robots.txt obeyed."

    def callback_for(self, url: str) -> Callable[..., Any]:
        """The reader of the list, or of a page of the seller."""
        return self.parse if urlsplit(url).path.rstrip("/") == "/tickets" else self.parse_sale

    def parse(self, response: Response) -> Iterator[Outcome | scrapy.Request]:
        """Read the list, and ask for the seller's page of each night."""
        page = as_html(response)
        links = page.css(f"a[href*='//{SELLER}/e/']")
        if not page.css("p"):
            raise UnreadablePage("no text in the page")
        for outcome in self.read_each(links, lambda link: self.night(page, link), page):
            yield outcome
            if isinstance(outcome, RawEventItem):
                names = [artist["name"] for artist in outcome.artists]
                yield scrapy.Request(outcome.ticket_url or "", callback=self.parse_sale, cb_kwargs={"names": names})

    def night(self, response: TextResponse, link: Selector) -> RawEventItem:
        """A line of the list, with the link below it, as an item."""
        line = next(iter(link.xpath("(preceding::p | ancestor::p)[last()]")), None)
        text = text_of(line) or ""
        dated, _, acts = re.sub(r"\s[-–]\s", " — ", text, count=1).partition("—")
        name = without_days(dated) or None
        names = [] if NO_ACTS.fullmatch(acts) else [act for act in map(fold, BETWEEN_ACTS.split(acts)) if act]
        title = name or fold(acts)
        if title is None:
            raise UnreadableField("title", f"no act in {text!r:.80}")
        url = link.attrib["href"].strip()
        return self.item(
            response,
            source_event_id=night_name(url),
            title=title,
            event_day=read_day(dated, near=self.today).isoformat(),
            date_text=fold(dated),
            venue_name="Lake Union",
            artists=[{"name": act} for act in names],
            ticket_url=url,
            payload={"line": line.get() if line is not None else None, "link": link.get()},
        )

    def parse_sale(self, response: Response, names: list[str] | None = None) -> Iterator[Outcome]:
        """Read the seller's page of a night; `names` are the acts that the list names."""
        page = as_html(response)
        events = events_in_scripts(page)
        if not events:
            raise UnreadablePage("no Event in the page's scripts")

        def read(event: dict[str, Any]) -> RawEventItem:
            fields = read_json_ld_event(event, page, zone=self.timezone, near=self.today)
            fields["artists"] = fields["artists"] or [{"name": name} for name in names or ()]
            fields["ticket_url"] = fields["source_url"] = fields["source_url"] or page.url
            return self.item(page, source_event_id=night_name(fields["ticket_url"]), payload=event, **fields)

        yield from self.read_each(events[:1], read, page)


def night_name(url: str) -> str:
    """The last part of the seller's address of a night."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def events_in_scripts(page: TextResponse) -> list[dict[str, Any]]:
    """The Events of a page: in its own JSON-LD, or in the pieces of text that a Next.js page hands to its scripts."""
    found = json_ld_events(page)
    for chunk in CHUNK.findall(page.text):
        try:
            text = orjson.loads(chunk)
            record = orjson.loads(text[text.index("{") :]) if "startDate" in text else None
        except ValueError:
            continue
        if isinstance(record, dict) and is_event(record):
            found.append(record)
    return found
