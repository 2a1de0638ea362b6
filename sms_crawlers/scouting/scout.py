"""One scout, from a page's address to what can be read there, and to the files of a new source."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from sms_catalog.events import CatalogEvent
from sms_crawlers.recordings.items import ITEMS, write_outcomes
from sms_crawlers.recordings.recording import META
from sms_crawlers.runs.store import catalog_events
from sms_crawlers.scouting.clicks import next_clicks
from sms_crawlers.scouting.new_source import NewSource, spider_module, venue_entry
from sms_crawlers.scouting.place import Place, place_by, site_name, witness_of_items, witnesses_in
from sms_crawlers.scouting.platform_detection import GENERIC, candidates_for, rows_candidate
from sms_crawlers.scouting.project_files import CannotWrite, ProjectFiles, write_all
from sms_crawlers.scouting.report import Report
from sms_crawlers.scouting.trial import Scouting, Trial
from sms_database.errors import DatabaseProblem
from sms_database.session import database_is_up
from sms_database.venues import FactsError, all_venue_facts, city_facts, read_venues

TRIAL_PAGES = 8
"""Answers that a reader may read on trial; a source that is written is read to its end."""

NEARLY_AS_MANY = 0.8
"""Of a generic reader's events: a platform's own class that finds so many is the better reader."""

NOTE = "As the site answered `scrapy scout`. Real pages stay here: what is committed is written with invented acts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scouted:
    """What was found."""

    best: Trial | None
    """The reader to take; None where none reads an event."""
    title: str
    place: Place
    told_by: dict[str, str]


async def scout(scouting: Scouting, stated: Place, report: Report, *, ask_catalog: bool) -> Scouted:
    """Look at the page, try the readers, and tell what they find. What is `stated` of the room wins over the page."""
    trials = await _try_all(scouting, report)
    best = best_of(trials)
    witnesses = [witness for page in scouting.pages for witness in witnesses_in(page)]
    witnesses += witness_of_items(best.items) if best else []
    place, told_by = place_by(witnesses, scouting.city)
    own = {name: "you" for name in Place.__dataclass_fields__ if getattr(stated, name) is not None}
    place, told_by = stated.completed_by(place), told_by | own
    title = place.name or next(filter(None, map(site_name, scouting.pages)), None) or scouting.name
    if best is not None:
        known, why = await asyncio.to_thread(_known_events, scouting.city.slug, best, ask_catalog)
        report.say()
        report.events(best.items, scouting.city.timezone, known, why)
        report.room(title, place, told_by)
    return Scouted(best=best, title=title, place=place, told_by=told_by)


async def _try_all(scouting: Scouting, report: Report) -> list[Trial]:
    """The readers of the page; where they find nothing, of the pages that one would click; at last rows of markup."""
    trials: list[Trial] = []
    for urls in ([scouting.url], None):
        wanted = urls or [click for page in scouting.pages for click in next_clicks(page)]
        pages = await scouting.look_at(wanted) if wanted else []
        if pages:
            report.looked_at([page.url for page in pages])
        tried = [(trial.candidate.reader, trial.candidate.settings) for trial in trials]
        for candidate in candidates_for(pages):
            if (candidate.reader, candidate.settings) not in tried:
                trials.append(await scouting.try_reader(candidate, pages=TRIAL_PAGES, record=None))
        if any(trial.items for trial in trials):
            report.readers(trials)
            return trials
    for problem in scouting.problems:
        report.say(f"could not look: {problem}")
    if trials:
        report.readers(trials)
        report.say("none of these reads an event here")
    elif scouting.pages:
        report.say("no platform of ours is recognised, and there is no JSON-LD, microdata, iCalendar or RSS of events")
    rows = rows_candidate(scouting.pages, scouting.today)
    if rows is None:
        return trials
    candidate, proposal = rows
    report.say(f"rows that look alike, at {candidate.page}:")
    report.proposal(proposal)
    trial = await scouting.try_reader(candidate, pages=TRIAL_PAGES, record=None)
    report.readers([trial])
    return [*trials, trial]


def best_of(trials: Sequence[Trial]) -> Trial | None:
    """The reader with the most events; a platform's own class before a generic one with hardly more."""
    reading = [trial for trial in trials if trial.items]
    most = max((len(trial.items) for trial in reading), default=0)
    enough = [trial for trial in reading if len(trial.items) >= NEARLY_AS_MANY * most]
    own = [trial for trial in enough if trial.candidate.reader not in GENERIC]
    return max(own or enough, key=lambda trial: (len(trial.items), -len(trial.errors)), default=None)


async def write_source(
    scouting: Scouting, scouted: Scouted, files: ProjectFiles, work: Path, *, real: bool
) -> list[Path]:
    """Write the files of a source, all or none; returns those that were written. Raises CannotWrite.

    `real`: the pages came from the site itself, not from a replay.
    """
    assert scouted.best is not None
    source = NewSource(
        name=scouting.name,
        title=scouted.title,
        homepage=scouting.homepage,
        city=scouting.city,
        place=scouted.place,
        told_by=scouted.told_by,
        candidate=scouted.best.candidate,
        day=scouting.today.isoformat(),
    )
    venues = files.venues.read_text("utf-8")
    described = all_venue_facts().get(source.name)
    if described is None:
        venues = f"{venues.rstrip()}\n\n{venue_entry(source)}"
    try:
        facts = read_venues(venues, city_facts())[source.name]
    except FactsError as problem:
        raise CannotWrite(f"nothing was written: {problem}") from problem
    recording = work / source.name
    whole = await scouting.try_reader(source.candidate, pages=None, record=recording)
    if whole.result.verdict == "failed":
        raise CannotWrite(f"nothing was written: a crawl of all its pages failed: {whole.result.message}")
    replayed = await scouting.replay(source.candidate, recording, facts)
    if replayed.result.verdict == "failed":
        raise CannotWrite(f"nothing was written: its recording cannot be replayed: {replayed.result.message}")
    _say_whence(recording / META, real=real)
    write_outcomes(recording, replayed.outcomes)
    contents = {files.recording / file.name: file.read_bytes() for file in sorted(recording.iterdir())}
    if described is None:
        contents[files.venues] = venues.encode()
    contents[files.spider] = spider_module(source).encode()
    write_all(contents)
    return [path for path in contents if path.parent != files.recording or path.name == ITEMS]


def _known_events(city: str, best: Trial, ask: bool) -> tuple[list[CatalogEvent] | None, str]:
    """The catalog's events of the nights of a reader; None, and why, where the catalog cannot be asked."""
    if not ask:
        return None, "for STORE is 0"
    days = {date.fromisoformat(item.event_day) for item in best.items if item.event_day}
    try:
        if not database_is_up():
            return None, "for no database runs (`python -m sms_database start` starts ours)"
        return catalog_events(city, days), ""
    except DatabaseProblem as problem:
        return None, f"for {problem}"


def _say_whence(meta: Path, *, real: bool) -> None:
    content = orjson.loads(meta.read_bytes())
    for entry in content["files"]:
        entry |= {"fidelity": "real", "note": NOTE} if real else {"fidelity": "replayed"}
    meta.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
