"""What is stored of a source before its first crawl: its spider's own attributes, and what its recording gives."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import orjson
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from sms_crawlers.recordings.items import ITEMS
from sms_crawlers.spider import SourceSpider
from sms_database.errors import database_problems
from sms_database.session import open_engine
from sms_database.settings import project_root
from sms_database.sources import NeededKey, SourceFacts, store_sources

RECORDINGS = Path("tests", "recordings")
"""Where a checkout has the recordings of its spiders, a directory each."""

ROOM_FIELDS = {"venue_name": "room", "venue_address": "address", "latitude": "coordinates"}
"""What rows say of their room, in the words of the page of sources; of a venue's own spider these are our facts."""

FURTHER_FIELDS = {
    "start_time": "show",
    "doors_time": "doors",
    "end_time": "end",
    "end_day": "last day",
    "artists": "acts",
    "description": "text",
    "price_text": "price",
    "price_min": "price as number",
    "age_text": "age",
    "status_text": "status",
    "genres": "genres",
    "image_url": "picture",
    "ticket_url": "tickets",
}
"""What rows may say besides day, title, link and room."""

ARTIST_LINKS = {"artist_links": "links of artists"}
"""What a spider of the kind `enrichment` gives in place of rows."""

logger = logging.getLogger(__name__)


def facts_of(spider: type[SourceSpider], gives: tuple[str, ...] | None = None) -> SourceFacts:
    """The facts of a spider's source; `gives` as `given_fields` reads it, None where that is not known."""
    return SourceFacts(
        slug=spider.name,
        kind=spider.kind,
        title=spider.title,
        homepage=spider.homepage,
        city=spider.city,
        venue=spider.venue,
        trust=spider.trust,
        complete_listing=spider.complete_listing,
        terms=spider.terms,
        platform=spider.platform,
        keys=tuple(NeededKey(variable=key.variable, where=key.where) for key in spider.keys),
        by_name_only=spider.by_name_only,
        needs_browser=spider.needs_browser,
        may_be_empty=spider.may_be_empty,
        gives=gives,
        politeness=_politeness(spider),
    )


def given_fields(kind: str, recording: Path) -> tuple[str, ...] | None:
    """The fields that a source of this kind gives, by the items of its recording; None where there is no recording.

    A spider does not state them: what its reader made of real or described pages is a test, a list by hand a claim. An
    installed egg has no recordings and leaves what a checkout has stored.
    """
    try:
        outcomes = orjson.loads((recording / ITEMS).read_bytes())
    except FileNotFoundError:
        return None
    filled = {name for item in outcomes["items"] for name in item}
    filled |= set(ARTIST_LINKS) if outcomes.get("lookups") else set()
    names = FURTHER_FIELDS if kind == "venue" else ROOM_FIELDS | FURTHER_FIELDS
    return tuple(name for name in ARTIST_LINKS | names if name in filled)


def all_spiders(settings: BaseSettings) -> list[type[SourceSpider]]:
    """The classes of all spiders of the project, by name."""
    loader = get_spider_loader(settings)
    return [cast(type[SourceSpider], loader.load(name)) for name in sorted(loader.list())]


def store_all_sources(settings: BaseSettings) -> tuple[int, int]:
    """Store the facts of every spider's source; returns how many there are, and how many were new or differed.

    A spider that lacks a required fact, or states one that the tables do not take, is left to its own run, which fails.
    Raises DatabaseProblem.
    """
    recordings = project_root() / RECORDINGS
    facts = [
        facts_of(spider, given_fields(spider.kind, recordings / spider.name))
        for spider in all_spiders(settings)
        if all(hasattr(spider, fact) for fact in SourceSpider.REQUIRED)
    ]
    with database_problems():
        engine = open_engine(pool_size=1)
        try:
            return len(facts), _store_together(engine, facts)
        finally:
            engine.dispose()


def _store_together(engine: Engine, facts: Collection[SourceFacts]) -> int:
    try:
        return _store(engine, facts)
    except IntegrityError:
        return sum(_store_alone(engine, each) for each in facts)


def _store(engine: Engine, facts: Collection[SourceFacts]) -> int:
    with engine.begin() as connection:
        return store_sources(connection, facts)


def _store_alone(engine: Engine, facts: SourceFacts) -> int:
    try:
        return _store(engine, [facts])
    except IntegrityError as problem:
        logger.error("the facts of %s cannot be stored: %s", facts.slug, str(problem.orig).splitlines()[0])
        return 0


def _politeness(spider: type[SourceSpider]) -> Mapping[str, Any]:
    """What the source's terms ask for: {"budget": {"requests", "per", "requests_per_second"}, "delay_seconds"}."""
    delay = (spider.custom_settings or {}).get("DOWNLOAD_DELAY")
    asked = {"budget": asdict(spider.budget) if spider.budget else None, "delay_seconds": delay}
    return {name: value for name, value in asked.items() if value is not None}
