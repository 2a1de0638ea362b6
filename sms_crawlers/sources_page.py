"""The page of all sources, docs/sources.md: what each one is and gives, from its spider and its recording."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from sms_crawlers.area import AreaSpider
from sms_crawlers.recordings.recording import META
from sms_crawlers.source_facts import ARTIST_LINKS, FURTHER_FIELDS, ROOM_FIELDS, given_fields
from sms_crawlers.spider import SourceSpider
from sms_database.venues import city_facts, venue_facts

INTRODUCTION = """\
# Sources

One row a source. This page is written by `scrapy sources > docs/sources.md`, from the spiders, their recordings in
`tests/recordings/` and the two lists `docs/sources.toml` and `docs/sources_tried.toml`; a test compares.

All sources: robots.txt is obeyed, one request at a time to a host, and a second between two, more where a host is slow;
where a row says more, its terms ask for it. *made to a description* means that the recording which the tests replay was
written by us, with invented acts, from what is documented or was seen of the source; it is no answer that the source
ever gave. Where the reader was also tried on answers that the source did give, the row says on how many records and of
which day (*edited*: somebody else had put other values into them); those answers are not part of the project.
"""

WITHOUT = """\
## Rooms and listings without a spider

| room or listing | why | covered by |
| --- | --- | --- |
"""

COLUMNS = (
    "source",
    "room or area",
    "platform",
    "kind",
    "key",
    "lists all?",
    "politeness",
    "gives",
    "recording",
    "last tried live",
)

ANSWERS = {"synthetic": "made to a description", "real": "real", "replayed": "replayed"}
"""Words of a recording's `fidelity`, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """On how many records of answers that a source really gave its reader was tried."""

    records: int
    days: Sequence[str]
    """ISO days on which the answers were given, as far as they are known."""
    edited: bool = False
    """Had somebody else put other values into them?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """A room or listing without a spider of its own."""

    title: str
    why: str
    covered_by: Sequence[str]
    """Names of the spiders that list it too."""


def sources_page(
    spiders: Iterable[type[SourceSpider]],
    recordings: Path,
    tried: Mapping[str, Tried],
    uncovered: Iterable[Uncovered],
) -> str:
    """The page as Markdown, by the name of the spiders. `recordings` has a directory for each of them."""
    rows = [_row(spider, recordings / spider.name, tried.get(spider.name)) for spider in sorted(spiders, key=_name_of)]
    table = [COLUMNS, ("---",) * len(COLUMNS), *rows]
    lines = "".join(_line(row) for row in table)
    without = "".join(
        _line((entry.title, entry.why, ", ".join(f"`{name}`" for name in entry.covered_by) or "none"))
        for entry in uncovered
    )
    return f"{INTRODUCTION}\n{lines}\n{WITHOUT}{without}"


def read_uncovered(text: str) -> list[Uncovered]:
    """The entries of docs/sources.toml, in its order."""
    return [Uncovered(**entry) for entry in tomllib.loads(text)["without_spider"]]


def read_tried(text: str) -> dict[str, Tried]:
    """What docs/sources_tried.toml states of each spider; of edited answers only where there are no real ones."""
    entries = list(tomllib.loads(text).values())
    with_real = {entry["spider"] for entry in entries if not entry["edited"]}
    tried: dict[str, Tried] = {}
    for entry in entries:
        name = entry["spider"]
        if entry["edited"] and name in with_real:
            continue
        before = tried.get(name, Tried(records=0, days=()))
        days = sorted({*before.days, *entry["days"]})
        tried[name] = Tried(records=before.records + entry["records"], days=days, edited=entry["edited"])
    return tried


def _name_of(spider: type[SourceSpider]) -> str:
    return spider.name


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _row(spider: type[SourceSpider], recording: Path, tried: Tried | None) -> tuple[str, ...]:
    return (
        f"[`{spider.name}`]({spider.homepage})",
        _area(spider),
        spider.platform,
        spider.kind,
        _key(spider),
        _completeness(spider),
        _politeness(spider),
        _gives(spider, recording),
        _recording(recording, tried),
        spider.tried_live or "never",
    )


def _area(spider: type[SourceSpider]) -> str:
    rooms = [venue_facts(key).name for key in (spider.venue, *spider.rooms) if key is not None]
    if spider.venue is not None:
        return ", ".join(dict.fromkeys(rooms))
    if issubclass(spider, AreaSpider):
        return "a city and its surroundings, Seattle by default"
    if spider.kind == "enrichment":
        return "artists"
    place = f"rooms of {city_facts()[spider.city].name}" if spider.city else "wherever its rows say"
    return f"{place}, among them {', '.join(dict.fromkeys(rooms))}" if rooms else place


def _key(spider: type[SourceSpider]) -> str:
    keys = ", ".join(f"`{key.variable}`" for key in spider.keys) or "none"
    return f"{keys}; only by name" if spider.by_name_only else keys


def _completeness(spider: type[SourceSpider]) -> str:
    if not spider.complete_listing:
        return "no"
    return f"yes, {spider.listing_days} days ahead" if spider.listing_days else "yes"


def _politeness(spider: type[SourceSpider]) -> str:
    told = []
    if spider.budget is not None:
        budget = spider.budget
        told.append(f"{budget.requests} requests a {budget.per}, {budget.requests_per_second:g} a second")
    delay = (spider.custom_settings or {}).get("DOWNLOAD_DELAY")
    if delay is not None:
        told.append(f"{delay:g} s between requests")
    if spider.needs_browser:
        told.append("through a browser")
    if spider.kind == "generator":
        return "asks nobody"
    return ", ".join(told) or "as all"


def _gives(spider: type[SourceSpider], recording: Path) -> str:
    words = ARTIST_LINKS | ROOM_FIELDS | FURTHER_FIELDS
    return ", ".join(words[field] for field in given_fields(spider.kind, recording) or ())


def _recording(recording: Path, tried: Tried | None) -> str:
    meta: dict[str, Any] = orjson.loads((recording / META).read_bytes())
    fidelities = {entry.get("fidelity", meta.get("fidelity")) for entry in meta["files"]} or {"synthetic"}
    made = ", ".join(sorted(ANSWERS.get(str(fidelity), str(fidelity)) for fidelity in fidelities))
    if tried is None:
        return f"{made} only"
    of = f" of {', '.join(tried.days)}" if tried.days else ""
    what = f"{tried.records} {'edited' if tried.edited else 'real'} record{'s' if tried.records > 1 else ''}"
    return f"{made}; reader tried on {what}{of}"
