"""How true the catalog is to the pages: every spider, and the carpenter, against what a careful reader found.

Reads ../shared/sources/recordings, which stands beside the checkout here and in CI; without it, says so and ends.

python -m bench.quality.accuracy [--misses] [FOLDER ...]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.fresh_database import fresh_database
from carpenter.parsing.ages import read_min_age
from carpenter.parsing.prices import read_price
from carpenter.pipeline.build import run
from sms_crawlers.source_facts import facts_of
from sms_database.raw_check import check_item
from sms_database.raw_store import store_raw_events
from sms_database.sources import store_source
from sms_database.venues import venue_facts
from sms_database.vocabulary import MUSIC_KINDS
from sms_text.text import fold_key
from tests.crawlers.replaying import spider_classes
from tests.crawlers.shared_sources import NOT_NOTED, SPIDER_OF_FOLDER

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "sources" / "recordings"

LOG = "log"
"""Stands for the URL of a recording that is no body but a log of what was read in one."""

MUSIC = frozenset({"concert", "festival"})
"""Kinds of an expected event of an API that are music."""

FIELDS = ("day", "title", "start", "doors", "bill", "no bill", "price", "age", "kind")
"""`no bill`: of what is no music, that nobody is said to play, or the acts that a pass or a package lists."""


@dataclass(frozen=True)
class Recorded:
    """One recorded body and the events that a careful reader found in it."""

    folder: str
    spider: str
    file: Path
    url: str
    day: str
    events: tuple[Mapping[str, Any], ...]


_EMPTY = """
TRUNCATE raw_events, dirty_raw_events, raw_evidence, raw_placements, venue_mentions, mention_blocks, known_names,
    events, venues, artists, carpenter_runs CASCADE
"""


def recorded(folders: list[str]) -> Iterator[Recorded]:
    """Every recorded body that is an answer of a source and has been read by hand."""
    for folder in folders:
        answers = RECORDINGS / folder / "expected.json"
        if not answers.exists() or SPIDER_OF_FOLDER[folder] == "setlistfm":  # what was played is no event
            continue
        metas = {f["file"]: f for f in json.loads((RECORDINGS / folder / "meta.json").read_text())["files"]}
        for recording in json.loads(answers.read_text())["recordings"]:
            if not recording.get("events"):
                continue
            meta = metas[recording["file"]]
            is_log = "not the response body" in meta["content_type"]
            yield Recorded(
                folder=folder,
                spider=SPIDER_OF_FOLDER[folder],
                file=RECORDINGS / folder / recording["file"],
                url=LOG if is_log else meta["url"],
                day=min(e["date"] for e in recording["events"]) if is_log else recording["reference_date"],
                events=tuple(in_one_form(event) for event in recording["events"]),
            )


def in_one_form(event: Mapping[str, Any]) -> dict[str, Any]:
    """An expected event of a page or of an API, with its price as the carpenter tells one."""
    if "price_text" in event:
        price = read_price(event["price_text"])
        numbers: tuple[Any, ...] = (price.min, price.max, price.is_free)
    else:
        low, high = event["price_min"], event["price_max"]
        numbers = (None, None, True) if low == high == 0 else (low, high, None)
    return {
        **event,
        "price": numbers,
        "age_text": event.get("age_text", event.get("age")),
        "is_music": event.get("is_music", event.get("kind") in MUSIC),
        "doors_time": event.get("doors_time"),
    }


def read_items(recording: Recorded) -> list[dict[str, Any]]:
    """What the spider reads in a recorded body, through `scrapy read`; the days and titles of a log as they are."""
    if recording.url == LOG:
        return logged_items(recording)
    command = [sys.executable, "-m", "scrapy", "read", recording.spider, str(recording.file)]
    command += ["--url", recording.url, "--at", recording.day]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.split("\n") if line]


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
        connection.execute(text(_EMPTY))
        store_source(connection, facts_of(spider_classes()[spider]))
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
    low, high, is_free = expected["price"]
    return {
        "day": event["event_day"].isoformat() == expected["date"],
        "start": local(event["starts_at"], event) == expected["start_time"],
        "doors": local(event["doors_at"], event) == expected["doors_time"],
        "bill" if expected["is_music"] else "no bill": [fold_key(n) for n in event["bill"] or []]
        == [fold_key(n) for n in expected["artists"]]
        or (not expected["is_music"] and not event["bill"]),
        "price": amounts(event) == (low, high) and (is_free is None or bool(event["is_free"]) == is_free),
        "age": event["min_age"] == read_min_age(expected["age_text"]),
        "title": fold_key(event["title"]) in titles_of(expected["title"]),
        "kind": (event["kind"] in MUSIC_KINDS) == expected["is_music"],
    }


def titles_of(printed: str) -> set[str]:
    """The folded titles that are right: as printed, or without the room that a seller adds to every title."""
    title = printed.replace(" / ", " ")
    return {fold_key(title), fold_key(title.rpartition(" @ ")[0] or title)}


def amounts(event: Mapping[str, Any]) -> tuple[Any, Any]:
    """The least and the highest price of an event; both None where it is free, as a reader says it."""
    low, high = event["price_min"], event["price_max"]
    return (None, None) if low == high == 0 else (low, high)


def local(instant: datetime | None, event: Mapping[str, Any]) -> str | None:
    """HH:MM in the event's zone."""
    return instant.astimezone(ZoneInfo(event["timezone"])).strftime("%H:%M") if instant else None


def match(expected: Mapping[str, Any], left: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The event that is the expected one, taken out of those left: its day, the likest title, then its hour."""
    same_day = [e for e in left if e["event_day"].isoformat() == expected["date"]] or left
    scored = [
        (
            fuzz.token_set_ratio(expected["title"].casefold(), e["title"].casefold()),
            local(e["starts_at"], e) == expected["start_time"],
            -n,
        )
        for n, e in enumerate(same_day)
    ]
    best = max(scored, default=(0.0, False, 0))
    if best[0] < 60:
        return None
    found = same_day[-best[2]]
    left.remove(found)
    return found


@dataclass
class Measured:
    """What came of the bodies that were measured, by folder, and the names of all who are said to play."""

    right: dict[str, Counter[str]] = field(default_factory=dict)
    asked: dict[str, Counter[str]] = field(default_factory=dict)
    invented: Counter[str] = field(default_factory=Counter)
    """Events on days to come that no reader found."""
    acts: set[str] = field(default_factory=set)

    def shares(self) -> dict[str, tuple[int, int]]:
        """(right, asked) of each of FIELDS over all folders."""
        right, asked = (sum(counts.values(), Counter[str]()) for counts in (self.right, self.asked))
        return {name: (right[name], asked[name]) for name in FIELDS}


def measured(engine: Engine, folders: list[str], console: Console | None = None) -> Measured:
    """Build every body of the folders in the given database, which is emptied for each; print misses to `console`."""
    found = Measured()
    for recording in recorded(folders):
        events = build(engine, recording.spider, read_items(recording))
        found.invented[recording.folder] += sum(e["event_day"].isoformat() >= recording.day for e in events)
        found.acts |= {name for event in events for name in event["bill"] or ()}
        measure(recording, events, found.right, found.asked, console)
    return found


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folders", nargs="*", metavar="FOLDER", help="recordings to measure (default: all)")
    arguments.add_argument("--misses", action="store_true", help="list what differs")
    options = arguments.parse_args()
    if not RECORDINGS.is_dir():
        raise SystemExit("no ../shared/sources/recordings beside this checkout: nothing to measure")
    folders = options.folders or sorted(SPIDER_OF_FOLDER)
    console = Console(width=170)
    with fresh_database() as engine:
        found = measured(engine, folders, console if options.misses else None)
    table = Table(
        "recording", "expected", "found", "invented", *FIELDS, "disputable", title="right / asked, each field"
    )
    for folder in folders:
        r, a = found.right.get(folder, Counter()), found.asked.get(folder, Counter())
        if not a:
            table.add_row(folder, "no expected.json here")
            continue
        found.invented[folder] -= r["events"]
        table.add_row(folder, *_cells(r, a, found.invented[folder]))
    total_right, total_asked = (sum(counts.values(), Counter[str]()) for counts in (found.right, found.asked))
    table.add_section()
    table.add_row("all", *_cells(total_right, total_asked, sum(found.invented.values())))
    shares = (right / max(1, asked) for right, asked in found.shares().values())
    table.add_row("", "", "", "", *(f"{share:.1%}" for share in shares))
    console.print(table)


def _cells(right: Counter[str], asked: Counter[str], invented: int) -> list[str]:
    fields = [f"{right[name]}/{asked[name]}" for name in (*FIELDS, "disputable")]
    return [str(asked["events"]), str(right["events"]), str(invented), *fields]


def measure(
    recording: Recorded,
    events: list[dict[str, Any]],
    right: dict[str, Counter[str]],
    asked: dict[str, Counter[str]],
    console: Console | None,
) -> None:
    """Count what is right; fields that the reader himself calls uncertain are counted apart."""
    r, a = right.setdefault(recording.folder, Counter()), asked.setdefault(recording.folder, Counter())
    uncertain_names = {
        "start_time": "start",
        "doors_time": "doors",
        "price_text": "price",
        "price_min": "price",
        "price_max": "price",
        "age_text": "age",
        "artists": "bill",
        "is_music": "kind",
    }
    left = list(events)
    page = f"{recording.folder}/{recording.file.name}"
    for expected in recording.events:
        if expected["date"] is None or expected["date"] < recording.day:
            continue
        a["events"] += 1
        event = match(expected, left)
        if event is None:
            if console:
                console.print(
                    f"{page}: {expected['date']} {expected['title']} is missing",
                    markup=False,
                )
            continue
        r["events"] += 1
        uncertain = {"no bill"} if "artists" in expected.get("uncertain", []) and not expected["is_music"] else set()
        uncertain |= {uncertain_names.get(name, name) for name in expected.get("uncertain", [])}
        unasked = {
            uncertain_names[name]
            for name in NOT_NOTED.get(expected.get("row_kind", ""), frozenset()) & uncertain_names.keys()
            if expected.get(name) is None
        }
        for compared, is_right in compare(expected, event).items():
            if compared in unasked:
                continue
            name = "disputable" if compared in uncertain else compared
            a[name] += 1
            r[name] += is_right
            if console and not is_right:
                what = f"{page}: {expected['date']} {expected['title']}: {name} {compared}"
                console.print(
                    what,
                    {k: expected[k] for k in ("title", "start_time", "doors_time", "artists", "price", "age_text")},
                    {"title": event["title"], "bill": event["bill"], "kind": event["kind"], "age": event["min_age"]},
                    local(event["starts_at"], event),
                    local(event["doors_at"], event),
                    (event["price_min"], event["price_max"], event["is_free"]),
                    markup=False,
                )


if __name__ == "__main__":
    main()
