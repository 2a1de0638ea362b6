"""Asking every platform of ours whether a page is made by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from scrapy.http import TextResponse

from sms_crawlers import platforms
from sms_crawlers.platforms.icalendar import ICalendarSpider
from sms_crawlers.platforms.json_ld import JsonLdSpider
from sms_crawlers.platforms.rows import RowListSpider
from sms_crawlers.platforms.rss_calendar import RssCalendarSpider
from sms_crawlers.scouting.rows_proposal import RowsProposal, propose_rows
from sms_crawlers.spider import SourceSpider


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A platform's class that may read a page, with what a spider on it has to state."""

    reader: type[SourceSpider]
    why: str
    settings: Mapping[str, Any]
    page: str
    """The address of the page in which the platform was recognised."""


GENERIC = (JsonLdSpider, ICalendarSpider, RssCalendarSpider, RowListSpider)
"""Forms that any page may have; a product's own class knows its pages better."""


@cache
def platform_classes() -> tuple[type[SourceSpider], ...]:
    """The classes of `sms_crawlers.platforms` that know their platform's pages, by module and name."""
    found = []
    for module_info in sorted(iter_modules(platforms.__path__), key=lambda info: info.name):
        module = import_module(f"{platforms.__name__}.{module_info.name}")
        for _, value in sorted(vars(module).items()):
            own = isinstance(value, type) and value.__module__ == module.__name__ and issubclass(value, SourceSpider)
            if own and "recognise" in vars(value):
                found.append(value)
    return tuple(found)


def candidates_for(pages: Iterable[TextResponse]) -> list[Candidate]:
    """What the platforms say of the pages, page by page; a reader with the same settings is named once."""
    found: list[Candidate] = []
    for page in pages:
        for reader in platform_classes():
            recognition = reader.recognise(page)
            if recognition is not None and not any(
                known.reader is reader and known.settings == recognition.settings for known in found
            ):
                found.append(
                    Candidate(reader=reader, why=recognition.why, settings=recognition.settings, page=page.url)
                )
    return found


def rows_candidate(pages: Iterable[TextResponse], today: date) -> tuple[Candidate, RowsProposal] | None:
    """Of pages that no platform's class can read, the one with the most days in rows that look alike."""
    proposals = [(page, proposal) for page in pages if (proposal := propose_rows(page, today))]
    if not proposals:
        return None
    page, best = max(proposals, key=lambda found: found[1].days)
    why = f"{best.rows} rows that look alike, with {best.days} different days"
    settings = {"start_urls": [page.url]} | best.settings()
    return Candidate(reader=RowListSpider, why=why, settings=settings, page=page.url), best
