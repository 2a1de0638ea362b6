"""Spiders whose runs cannot be opened, as where something else holds the source."""

from __future__ import annotations

from typing import Any

from sms_crawlers.errors import CannotStart
from sms_crawlers.spider import SourceSpider
from sms_crawlers.storage import CrawlRunStore
from tests.crawlers.example_spiders import ExampleHall


class Refused(CannotStart):
    """For good: the source's run has failed."""


class RefusedForNow(CannotStart):
    is_skip = True


class RefusedHall(ExampleHall):
    name = "refused_hall"
    refusal: type[CannotStart] = Refused


class SkippedHall(ExampleHall):
    name = "skipped_hall"
    refusal: type[CannotStart] = RefusedForNow


def refuse(cls: type[CrawlRunStore], spider: SourceSpider) -> Any:
    """What the store does for these."""
    assert isinstance(spider, RefusedHall | SkippedHall)
    raise spider.refusal(f"something else holds {spider.name}")


CrawlRunStore.open = classmethod(refuse)  # type: ignore[assignment, method-assign]
