"""Real pages of several sources in one catalog: are the shows that two of them list one event?

Reads ../shared/sources/recordings, what is real of them. The pairs that a reader found (venues.md, section 3.1) are
asked for; all others that share a room and a night are listed with what became of them, for a reader to judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import combinations, groupby
from pathlib import Path
from typing import Any, NamedTuple

from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine, text

from bench.fresh_database import fresh_database
from bench.quality.accuracy import Recorded, read_items
from carpenter.pipeline.build import run
from sms_crawlers.source_facts import facts_of
from sms_database.raw_check import check_item
from sms_database.raw_store import store_raw_events
from sms_database.sources import store_source
from tests.crawlers.replaying import spider_classes
from tests.crawlers.shared_sources import API_FOLDERS, SPIDER_OF_FOLDER

REAL = frozenset({"real", "real-trimmed", "real-extract", "real-derived", "transcribed"})

_ROWS = """
SELECT r.source, r.source_event_id AS id, r.event_name AS title, e.id AS event, e.event_day AS day, v.name AS room
FROM raw_events r LEFT JOIN event_sources s ON s.raw_event_id = r.id LEFT JOIN events e ON e.id = s.event_id
LEFT JOIN venues v ON v.id = e.venue_id ORDER BY e.event_day, v.name, r.source, r.source_event_id
"""


class _Known(NamedTuple):
    """A pair that a reader found; the row of the other source by its id or by how its title begins."""

    listing: str
    source: str
    id: str | None
    title: str


KNOWN = (
    _Known("910417", "nectar_lounge", "171129", ""),
    _Known("910425", "nectar_lounge", "160958", ""),
    _Known("910255", "the_royal_room", "8123", ""),
    _Known("910051", "barboza", None, "Accessory"),
)
"""What Seattle Showlists lists, and where else it stands."""


def recordings_table(recordings: Path) -> Table:
    """Build the real recordings together; the known pairs, then every other pair of a room's night."""
    if not recordings.is_dir():
        raise SystemExit("no ../shared/sources/recordings beside this checkout: no real pages to match")
    with fresh_database() as engine:
        rows = _build(engine, recordings)
    table = Table("pair", "day", "room", "one source", "another", "outcome", title=f"{len(rows):,} rows of real pages")
    known = set()
    for pair in KNOWN:
        one = next((r for r in rows if r["source"] == "seattle_showlists" and r["id"] == pair.listing), None)
        other = next((r for r in rows if _is_of(pair, r)), None)
        if one is None or other is None:
            table.add_row("known", "", "", pair.listing, f"{pair.source} {pair.id or pair.title}", "a page is missing")
            continue
        known.add(frozenset((_key(one), _key(other))))
        table.add_row("known", *_told(one, other))
    table.add_section()
    placed = [row for row in rows if row["event"] and row["room"]]
    for _, night in groupby(placed, key=lambda row: (row["day"], row["room"])):
        for one, other in combinations(night, 2):
            if one["source"] != other["source"] and frozenset((_key(one), _key(other))) not in known:
                table.add_row("other", *_told(one, other))
    return table


def _build(engine: Engine, recordings: Path) -> list[dict[str, Any]]:
    bodies = list(_real_bodies(recordings))
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(read_items, bodies))
    with engine.begin() as connection:
        for spider in sorted({body.spider for body in bodies}):
            store_source(connection, facts_of(spider_classes()[spider]))
        store_raw_events(connection, [check_item(item) for items in pages for item in items])
    run(engine, clock=lambda: datetime.now(UTC))
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text(_ROWS))]


def _real_bodies(recordings: Path) -> Iterator[Recorded]:
    """The recorded bodies that a spider reads and that are a venue's or an aggregator's own words."""
    for folder, spider in sorted(SPIDER_OF_FOLDER.items()):
        meta = recordings / folder / "meta.json"
        if folder in API_FOLDERS or not meta.exists():  # the recorded answers of APIs are of other cities
            continue
        for file in json.loads(meta.read_text())["files"]:
            body = recordings / folder / file["file"]
            is_answer = "not the response body" not in file["content_type"]
            if file["fidelity"] in REAL and is_answer and body.exists():
                yield Recorded(folder, spider, body, file["url"], file["recorded"], events=())


def _is_of(pair: _Known, row: dict[str, Any]) -> bool:
    if row["source"] != pair.source:
        return False
    return bool(row["id"] == pair.id if pair.id else row["title"].startswith(pair.title))


def _told(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    outcome = "one show" if one["event"] is not None and one["event"] == other["event"] else "apart"
    day, room = one["day"] or other["day"], one["room"] or other["room"]
    sides = [escape(f"{row['source']}: {row['title']}") for row in (one, other)]
    return [str(day or ""), escape(room or ""), *sides, outcome]


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["source"], row["id"]
