"""Crawls of a scout: of the pages that it looks at, and of each reader that may read them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response, TextResponse

from sms_crawlers.items import RawEventItem, RecordError, RecordSkip
from sms_crawlers.middlewares.outcomes import outcome_read
from sms_crawlers.reading.answers import as_text
from sms_crawlers.runs.result import RunResult, result_of
from sms_crawlers.scouting.platform_detection import Candidate
from sms_crawlers.spider import Outcome, SourceSpider
from sms_database.venues import CityFacts, VenueFacts

PAGE_LIMIT = "closespider_pagecount"
"""Why Scrapy ended a trial that was not to read on."""

_IN_ORDER = {
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "DEPTH_PRIORITY": 1,
    "CONCURRENT_REQUESTS": 1,
}
"""Pages are read in the order in which they were asked for, as the test of recordings reads them."""


class LookingSpider(SourceSpider):
    """Fetches pages and keeps them, wherever the person's address, or a redirect from there, leads to."""

    title = "pages that a scout looks at"
    kind = "feed"
    venue = None
    may_be_empty = True

    pages: list[TextResponse]

    def may_ask(self, url: str) -> bool:  # noqa: ARG002
        """Any host: whose site this is is just what is to be found out. None on a private network, as ever."""
        return True

    def parse(self, response: Response) -> Iterator[Outcome]:
        """Keep the page. Raises UnreadablePage for an answer that is no text."""
        self.pages.append(as_text(response))
        yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of one reader."""

    candidate: Candidate
    result: RunResult
    outcomes: Sequence[Outcome]
    recording: Path | None = None

    @property
    def items(self) -> list[RawEventItem]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, RawEventItem)]

    @property
    def errors(self) -> list[RecordError]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, RecordError)]

    @property
    def skips(self) -> list[RecordSkip]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, RecordSkip)]

    @property
    def cut_short(self) -> bool:
        """Was it ended because it had read enough for a trial?"""
        return self.result.finish_reason == PAGE_LIMIT


@dataclass(kw_only=True)
class Scouting:
    """The crawls of one scout. All have one name, so that they share a cache: no page is asked for twice."""

    process: AsyncCrawlerProcess
    name: str
    url: str
    city: CityFacts
    settings: Mapping[str, Any]
    """For every crawl of the scout."""
    pages: list[TextResponse] = field(default_factory=list)
    today: date = date.min
    """The local day of the crawls: of the recording in a replay."""
    problems: list[str] = field(default_factory=list)
    """Why pages could not be looked at."""

    @property
    def homepage(self) -> str:
        """The site that is scouted."""
        parts = urlsplit(self.pages[0].url if self.pages else self.url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")

    async def look_at(self, urls: Sequence[str]) -> list[TextResponse]:
        """Fetch pages, in their order; those that cannot be had are left out, and `problems` says why."""
        found: list[TextResponse] = []
        looking = self._spider_class(LookingSpider, {"start_urls": list(urls), "pages": found})
        result, _ = await self._crawl(looking, {})
        if result.verdict == "failed":
            self.problems.append(result.message)
        self.pages += found
        return found

    async def try_reader(self, candidate: Candidate, *, pages: int | None, record: Path | None) -> Trial:
        """Crawl with a reader, over at most so many pages; with `record`, keep them there as a recording."""
        cls = self._spider_class(candidate.reader, candidate.settings)
        limits = {} if pages is None else {"CLOSESPIDER_PAGECOUNT": pages}
        result, outcomes = await self._crawl(cls, limits | ({"RECORD": str(record)} if record else {}))
        return Trial(candidate=candidate, result=result, outcomes=outcomes, recording=record)

    async def replay(self, candidate: Candidate, recording: Path, facts: VenueFacts) -> Trial:
        """What the source's spider makes of a recording, once its venue is described."""
        own = {"kind": "venue", "venue": self.name, "room_facts": lambda _spider, _key: facts}
        cls = self._spider_class(candidate.reader, {**candidate.settings, **own})
        result, outcomes = await self._crawl(cls, {"REPLAY": str(recording), "RECORD": None})
        return Trial(candidate=candidate, result=result, outcomes=outcomes, recording=recording)

    def _spider_class(self, base: type[SourceSpider], attributes: Mapping[str, Any]) -> type[SourceSpider]:
        stated = {
            "name": self.name,
            "title": self.name,
            "homepage": self.homepage,
            "kind": "feed",
            "city": self.city.slug,
            "venue": None,
        }
        return type("ScoutedSpider", (base,), {**stated, **attributes})

    async def _crawl(self, cls: type[SourceSpider], settings: Mapping[str, Any]) -> tuple[RunResult, list[Outcome]]:
        stated = self.process.settings.copy()
        stated.setdict({**_IN_ORDER, **self.settings, **settings}, priority="cmdline")
        crawler = Crawler(cls, stated)
        outcomes: list[Outcome] = []

        def keep(outcome: Outcome) -> None:
            outcomes.append(outcome)

        crawler.signals.connect(keep, signal=outcome_read)
        (problem,) = await asyncio.gather(self.process.crawl(crawler), return_exceptions=True)
        if problem is None:
            self.today = cast(SourceSpider, crawler.spider).today
        return result_of(crawler, problem), outcomes
