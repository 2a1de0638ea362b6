"""Crawls of a recording without a reactor: every request is answered at once, in its turn, as a replay answers it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from scrapy.http import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from sms_crawlers.middlewares.replay import ReplayMiddleware
from sms_crawlers.recordings.recording import META, Answers, Recording, read_recording, recorded_instant
from sms_crawlers.spider import Outcome, SourceSpider
from tests.crawlers.saved_answers import RECORDINGS


def project_settings() -> Settings:
    """The settings of the project, as `scrapy` has them."""
    settings = Settings()
    settings.setmodule("sms_crawlers.settings")
    return settings


def spider_classes() -> dict[str, type[SourceSpider]]:
    """Every spider that `scrapy list` names."""
    loader = get_spider_loader(project_settings())
    classes: dict[str, type[SourceSpider]] = {}
    for name in loader.list():
        spider_class = loader.load(name)
        assert issubclass(spider_class, SourceSpider), f"{name} is not on our base class"
        classes[name] = spider_class
    return classes


def make_spider(name: str) -> SourceSpider:
    """The spider of a name, built as a crawl builds it, with the arguments of its recording."""
    cls = spider_classes()[name]
    spider = cls.from_crawler(get_crawler(cls, {"OFFLINE": True}))
    assert isinstance(spider, SourceSpider)
    if (RECORDINGS / name / META).exists():
        spider.take_recorded(read_recording(RECORDINGS / name).arguments)
    return spider


def replay(directory: Path) -> list[Outcome]:
    """All that the spider of a recording makes of it, from its first request to its last."""
    recording = read_recording(directory)
    spider = make_spider(recording.source)
    now = recorded_instant([recording], None, spider.timezone)
    assert now is not None, f"{directory}: no day of the recording"
    spider.now = now
    return replay_with(spider, recording)[0]


def replay_with(spider: SourceSpider, recording: Recording) -> tuple[list[Outcome], list[Request]]:
    """All that a spider makes of a recording, and all that it asked for."""
    return asyncio.run(_crawl(spider, recording))


async def _crawl(spider: SourceSpider, recording: Recording) -> tuple[list[Outcome], list[Request]]:
    network = ReplayMiddleware([Answers([recording])], spider.crawler.stats)
    outcomes: list[Outcome] = []
    requests: list[Request] = []
    waiting = deque([thing async for thing in spider.start()])
    while waiting:
        thing = waiting.popleft()
        if isinstance(thing, Request):
            assert spider.may_ask(thing.url), f"{spider.name} does not state the host of {thing.url}"
            requests.append(thing)
            waiting.extend([result async for result in _results(_answer(spider, network, thing))])
        else:
            outcomes.append(thing)
    return outcomes, requests


def _answer(spider: SourceSpider, network: ReplayMiddleware, request: Request) -> Any:
    response = network.process_request(request)
    assert spider.may_ask(response.url), f"{spider.name} does not state the host of {response.url}"
    response.request = request
    if response.status == 200 or response.status in request.meta.get("handle_httpstatus_list", ()):
        return (request.callback or spider.parse)(response, **request.cb_kwargs)
    assert request.errback, f"not recorded: {request.method} {request.url}"
    failure = Failure(HttpError(response, "not recorded"))  # type: ignore[no-untyped-call]  # Twisted has no type for it
    failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
    return request.errback(failure)


async def _results(answer: AsyncIterator[Any] | Iterable[Any] | None) -> AsyncIterator[Any]:
    if isinstance(answer, AsyncIterator):
        async for result in answer:
            yield result
    else:
        for result in answer or ():
            yield result
