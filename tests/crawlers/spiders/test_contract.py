"""What holds for every spider that `scrapy list` names."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy.http import Request

from sms_crawlers.recordings.items import ITEMS
from sms_crawlers.recordings.recording import read_recordings
from sms_crawlers.spider import SourceSpider
from sms_database.venues import all_venue_facts, city_facts
from tests.crawlers.replaying import make_spider, spider_classes
from tests.crawlers.saved_answers import RECORDINGS

SPIDERS = spider_classes()
RETIRED = ("start_requests", "make_requests_from_url")
KINDS = ("venue", "api", "feed", "generator", "enrichment", "setlist")


@pytest.fixture(params=sorted(SPIDERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_six_seeds_and_the_weekly_nights_are_there() -> None:
    assert SPIDERS.keys() >= {
        "blue_moon",
        "sea_monster_lounge",
        "darrells_tavern",
        "little_red_hen",
        "skylark",
        "the_royal_room",
        "open_mics",
    }


def test_module_class_and_name_are_one(name: str) -> None:
    cls = SPIDERS[name]
    assert cls.__module__.rpartition(".")[2] == name
    assert cls.__name__ == name.title().replace("_", "") + "Spider"


def test_states_its_facts(name: str) -> None:
    cls = SPIDERS[name]
    assert cls.title
    assert cls.homepage.startswith(("http://", "https://"))
    assert cls.kind in KINDS
    assert cls.city is None or cls.city in city_facts()
    assert cls.venue is None or cls.venue in all_venue_facts()
    assert 0 <= cls.trust <= 100
    assert cls.terms
    assert inspect.getdoc(cls) != inspect.getdoc(SourceSpider), "a spider's docstring is its manual"


def test_a_venues_own_spider_is_of_its_city(name: str) -> None:
    cls = SPIDERS[name]
    if cls.kind == "venue":
        assert cls.venue is not None
        assert all_venue_facts()[cls.venue].city == cls.city


def test_is_made_and_starts_without_a_network(name: str) -> None:
    spider = make_spider(name)

    async def first() -> Any:
        return await anext(aiter(spider.start()))

    assert asyncio.run(first()) is not None


@pytest.mark.trust(15)
def test_asks_only_the_hosts_that_it_states(name: str) -> None:
    """Its first requests; a replay of its recording shows the rest (test_recordings.py)."""
    spider = make_spider(name)

    async def start() -> list[Any]:
        return [thing async for thing in spider.start()]

    urls = [thing.url for thing in asyncio.run(start()) if isinstance(thing, Request)]
    assert [url for url in (*spider.start_urls, *urls) if not spider.may_ask(url)] == []
    for host in SPIDERS[name].further_hosts:
        assert host == urlsplit(f"//{host}").hostname, "a bare host in small letters"


def test_uses_no_retired_method(name: str) -> None:
    own = {attribute for cls in SPIDERS[name].__mro__ if "sms_crawlers" in cls.__module__ for attribute in vars(cls)}
    assert own.isdisjoint(RETIRED)


def test_has_a_recording_with_its_items(name: str) -> None:
    recorded = [recording.source for recording in read_recordings(RECORDINGS)]
    assert name in recorded
    assert (RECORDINGS / name / ITEMS).is_file()


def test_a_spider_that_leaves_out_a_fact_cannot_be_made() -> None:
    class NamelessVenueSpider(SourceSpider):
        name = "nameless"
        title = "Nameless"
        kind = "venue"

    with pytest.raises(TypeError, match="NamelessVenueSpider must set homepage, city, venue"):
        NamelessVenueSpider()
