"""Raw events made for tests: our own acts and rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from sms_database.raw_check import check_item
from sms_database.raw_store import StoreCounts, store_raw_events
from sms_database.sources import SourceFacts, ensure_sources, store_source

MORNING = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""When the rows of tests were fetched, unless they say otherwise: nine in the morning in Seattle."""

HOUSE_CALENDAR = SourceFacts(
    slug="blue_moon", kind="venue", title="Blue Moon Tavern", city="seattle", venue="blue_moon", complete_listing=True
)
WEEKLY_NIGHTS = SourceFacts(slug="open_mics", kind="generator", title="Open mics", city="seattle", trust=10)
SELLER = SourceFacts(slug="boxoffice", kind="api", title="Box office", city="seattle")
PAPER = SourceFacts(slug="paper", kind="feed", title="The weekly paper", city="seattle")
ALL_DIRTY = "INSERT INTO dirty_raw_events SELECT id FROM raw_events ON CONFLICT DO NOTHING"

ALL_SOURCES = (HOUSE_CALENDAR, WEEKLY_NIGHTS, SELLER, PAPER)


def raw(source: SourceFacts, source_event_id: str, title: str, day: str | None, **fields: Any) -> dict[str, Any]:
    """A raw event in exchange form, at the Blue Moon unless told otherwise. `crawl` counts days after MORNING."""
    crawl = fields.pop("crawl", 0)
    return {
        "source": source.slug,
        "source_event_id": source_event_id,
        "source_url": f"https://{source.slug}.example/{source_event_id}",
        "fetched_at": (MORNING + timedelta(days=crawl)).isoformat(),
        "title": title,
        "event_day": day,
        "venue_name": "Blue Moon Tavern",
        "timezone": "America/Los_Angeles",
    } | fields


def store(engine: Engine, rows: Iterable[Mapping[str, Any]]) -> StoreCounts:
    """Store rows as a crawl or a load would."""
    items = [check_item(row) for row in rows]
    with engine.begin() as connection:
        for source in ALL_SOURCES:
            store_source(connection, source)
        ensure_sources(connection, {item.source for item in items})
        return store_raw_events(connection, items)


def clock() -> datetime:
    """The instant at which tests build."""
    return MORNING
