"""How true the catalog is to the pages: the seed spiders and the carpenter against what a careful reader found.

Reads ../shared/sources/recordings, which stands beside the checkout here and in CI; without it, says so and ends.

python -m bench.accuracy [--misses]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.fresh_database import fresh_database
from carpenter.ages import read_min_age
from carpenter.build import run
from carpenter.kinds import MUSIC_KINDS
from carpenter.prices import read_price
from carpenter.text import fold_key
from sms_database.raw_check import check_item
from sms_database.raw_store import SourceFacts, store_raw_events, store_source
from sms_database.venues import venue_facts

ROOT = Path(__file__).parent.parent
RECORDINGS = ROOT.parent / "shared" / "sources" / "recordings"

SPIDERS = {
    "blue_moon": "blue_moon",
    "sea_monster_lounge": "sea_monster_lounge",
    "darrells_tavern": "darrells_tavern",
    "little_red_hen": "little_red_hen",
    "skylark": "skylark_cafe",
    "the_royal_room": "royal_room",
}
"""Spider, and the folder of its recordings."""

LOG = "log"
"""Stands for the URL of a recording that is no body but a log of what was read in one."""

FIELDS = ("day", "title", "start", "doors", "bill", "price", "age", "kind")


@dataclass(frozen=True)
class Recorded:
    """One recorded body and the events that a careful reader found in it."""

    spider: str
    file: Path
    url: str
    day: str
    events: tuple[Mapping[str, Any], ...]


def recorded() -> Iterator[Recorded]:
    """Every recorded body of the seed spiders that is an answer of the site and has been read by hand."""
    for spider, folder in SPIDERS.items():
        expected = RECORDINGS / folder / "expected.json"
        if not expected.exists():
            continue
        metas = {f["file"]: f for f in json.loads((RECORDINGS / folder / "meta.json").read_text())["files"]}
        for recording in json.loads(expected.read_text())["recordings"]:
            meta = metas[recording["file"]]
            is_log = "not the response body" in meta["content_type"]
            file = RECORDINGS / folder / recording["file"]
            day = min(e["date"] for e in recording["events"]) if is_log else recording["reference_date"]
            yield Recorded(spider, file, LOG if is_log else meta["url"], day, tuple(recording["events"]))


def read_items(recording: Recorded) -> list[dict[str, Any]]:
    """What the spider reads in a recorded body, through `scrapy read`; the days and titles of a log as they are."""
    if recording.url == LOG:
        return logged_items(recording)
    command = [sys.executable, "-m", "scrapy", "read", recording.spider, str(recording.file)]
    command += ["--url", recording.url, "--at", recording.day]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def logged_items(recording: Recorded) -> list[dict[str, Any]]:
    """A run's log of days and titles as items: real titles for the carpenter, with nothing for the spider to read."""
    return [
        {
            "source": recording.spider,
            "source_event_id": f"{entry['event_day']}-{number}",
            "fetched_at": f"{recording.day}T19:00:00+00:00",
            "title": entry["title"],
            "event_day": entry["event_day"],
            **venue_facts(recording.spider).item_fields(),
        }
        for number, entry in enumerate(json.loads(recording.file.read_text())["events"])
    ]


def build(engine: Engine, spider: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events that the carpenter makes of the items of one body, from nothing."""
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE raw_events, events, venues, artists, known_names, carpenter_runs CASCADE"))
        facts = SourceFacts(slug=spider, kind="venue", title=spider, city="seattle", venue=spider)
        store_source(connection, facts)
        store_raw_events(connection, [check_item(item) for item in items])
    run(engine, clock=lambda: datetime.now(UTC))
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT e.*, (SELECT array_agg(billed_as ORDER BY position) FROM event_artists WHERE event_id = e.id)"
                " AS bill, (SELECT array_agg(r.data ->> 'title') FROM event_sources s JOIN raw_events r"
                " ON r.id = s.raw_event_id WHERE s.event_id = e.id) AS titles FROM events e, LATERAL"
                " (SELECT set_config('timezone', e.timezone, true)) zone ORDER BY event_day, starts_at"
            )
        )
        return [dict(row._mapping) for row in rows]


def compare(expected: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, bool]:
    """For each field, whether the catalog says what the reader found."""
    return {
        "day": event["event_day"].isoformat() == expected["date"],
        "start": local(event["starts_at"], event) == expected["start_time"],
        "doors": local(event["doors_at"], event) == expected["doors_time"],
        "bill": [fold_key(n) for n in event["bill"] or []] == [fold_key(n) for n in expected["artists"]],
        "price": prices(event) == expected_prices(expected["price_text"]),
        "age": event["min_age"] == read_min_age(expected["age_text"]),
        "title": fold_key(event["title"]) == fold_key(expected["title"].replace(" / ", " ")),
        "kind": (event["kind"] in MUSIC_KINDS) == expected["is_music"],
    }


def local(instant: datetime | None, event: Mapping[str, Any]) -> str | None:
    """HH:MM in the event's zone."""
    return instant.astimezone(ZoneInfo(event["timezone"])).strftime("%H:%M") if instant else None


def prices(event: Mapping[str, Any]) -> tuple[Any, ...]:
    """Lowest and highest price, and whether it is free."""
    return event["price_min"], event["price_max"], event["is_free"]


def expected_prices(price_text: str | None) -> tuple[Any, ...]:
    """The same of what the reader found printed."""
    price = read_price(price_text)
    return price.min, price.max, price.is_free


def match(expected: Mapping[str, Any], events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The event that is the expected one: its day and the likest title."""
    same_day = [e for e in events if e["event_day"].isoformat() == expected["date"]] or events
    scored = [
        (fuzz.token_set_ratio(expected["title"].casefold(), e["title"].casefold()), n) for n, e in enumerate(same_day)
    ]
    best = max(scored, default=(0.0, 0))
    return same_day[best[1]] if best[0] >= 60 else None


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--misses", action="store_true", help="list what differs")
    options = arguments.parse_args()
    if not RECORDINGS.is_dir():
        raise SystemExit("no ../shared/sources/recordings beside this checkout: nothing to measure")
    invented: Counter[str] = Counter()
    right: dict[str, Counter[str]] = {}
    asked: dict[str, Counter[str]] = {}
    console = Console(width=150)
    with fresh_database() as engine:
        for recording in recorded():
            events = build(engine, recording.spider, read_items(recording))
            invented[recording.spider] += sum(e["event_day"].isoformat() >= recording.day for e in events)
            measure(recording, events, right, asked, console if options.misses else None)
    table = Table("spider", "expected", "found", "invented", *FIELDS, "disputable", title="right / asked, each field")
    for spider in SPIDERS:
        r, a = right.get(spider, Counter()), asked.get(spider, Counter())
        if not a:
            table.add_row(spider, "no expected.json here")
            continue
        fields = [f"{r[f]}/{a[f]}" for f in FIELDS]
        counts = str(a["events"]), str(r["events"]), str(invented[spider] - r["events"])
        table.add_row(spider, *counts, *fields, f"{r['disputable']}/{a['disputable']}")
    console.print(table)


def measure(
    recording: Recorded,
    events: list[dict[str, Any]],
    right: dict[str, Counter[str]],
    asked: dict[str, Counter[str]],
    console: Console | None,
) -> None:
    """Count what is right; fields that the reader himself calls uncertain are counted apart."""
    r, a = right.setdefault(recording.spider, Counter()), asked.setdefault(recording.spider, Counter())
    uncertain_names = {
        "start_time": "start",
        "doors_time": "doors",
        "price_text": "price",
        "age_text": "age",
        "artists": "bill",
    }
    for expected in recording.events:
        if expected["date"] < recording.day:
            continue
        a["events"] += 1
        event = match(expected, events)
        if event is None:
            if console:
                console.print(f"{recording.file.name}: {expected['date']} {expected['title']} is missing", markup=False)
            continue
        r["events"] += 1
        uncertain = {uncertain_names.get(name, name) for name in expected.get("uncertain", [])}
        for field, is_right in compare(expected, event).items():
            name = "disputable" if field in uncertain else field
            a[name] += 1
            r[name] += is_right
            if console and not is_right:
                what = f"{recording.file.name}: {expected['date']} {expected['title']}: {name} {field}"
                console.print(
                    what,
                    {k: expected[k] for k in ("start_time", "doors_time", "artists", "price_text", "age_text")},
                    event["bill"],
                    prices(event),
                    event["min_age"],
                    markup=False,
                )


if __name__ == "__main__":
    main()
