"""What a scout tells: readers, events, the room, selectors."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sms_catalog.events import CatalogEvent
from sms_crawlers.items import RawEventItem
from sms_crawlers.scouting.evidence import count_proofs, day_proof, known_event
from sms_crawlers.scouting.new_source import FACTS
from sms_crawlers.scouting.place import Place
from sms_crawlers.scouting.project_files import ProjectFiles
from sms_crawlers.scouting.rows_proposal import RowsProposal
from sms_crawlers.scouting.trial import Trial
from sms_text.printable import printable

MAX_EVENTS = 40
"""Rows of the table; a page that lists hundreds is proven by the first."""

_WIDTH_OF_A_FILE = 180


class Report:
    """Speaks on stdout."""

    def __init__(self) -> None:
        self._console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE, highlight=False, emoji=False)

    def say(self, text: str = "") -> None:
        """A line."""
        self._console.print(_cell(text), soft_wrap=True)

    def looked_at(self, urls: Sequence[str]) -> None:
        """Which pages were looked at."""
        self.say(f"looked at {', '.join(urls)}")

    def readers(self, trials: Sequence[Trial]) -> None:
        """Which platforms were recognised, why, and what came of each reader."""
        table = _table(("platform", "why"), ("events", "errors", "skipped"), ("ended",))
        for trial in trials:
            ended = "more pages follow" if trial.cut_short else _ended(trial)
            counts = [str(len(found)) for found in (trial.items, trial.errors, trial.skips)]
            table.add_row(*map(_cell, (trial.candidate.reader.platform, trial.candidate.why, *counts, ended)))
        self._console.print(table)
        for trial in trials:
            for reason in sorted({f"{error.field}: {error.reason}" for error in trial.errors})[:3]:
                self.say(f"  {trial.candidate.reader.platform} could not read: {reason:.150}")

    def proposal(self, proposal: RowsProposal) -> None:
        """The selectors of rows, with what they find."""
        table = _table(("part", "selector", "finds"), (), ())
        table.add_row("row", _cell(proposal.row_css), f"{proposal.rows} rows, {proposal.days} different days")
        parts = {"date": proposal.date, "title": proposal.title, "link": proposal.link, "price": proposal.price}
        for name, part in parts.items():
            if part is not None:
                table.add_row(name, _cell(part.css), _cell(" · ".join(f"{example:.60}" for example in part.examples)))
            elif name == "title":
                table.add_row(name, "", "the first words of the row besides its date")
        self._console.print(table)

    def events(self, items: Sequence[RawEventItem], zone: str, known: Sequence[CatalogEvent] | None, why: str) -> None:
        """The events of a reader. `known` are the catalog's of those nights; None: it was not asked, `why` says so."""
        table = _table(
            ("day", "doors", "show", "title", "room", "price", "status", "day known by", "in the catalog"), (), ()
        )
        for item in sorted(items, key=lambda item: (item.event_day or "9999", item.start_time or ""))[:MAX_EVENTS]:
            event = known_event(item, known or ())
            row = (
                _day(item),
                item.doors_time,
                item.start_time,
                item.title,
                item.venue_name,
                item.price_text or _price(item),
                item.status_text,
                day_proof(item),
                _known_as(event) if event else None,
            )
            table.add_row(*map(_cell, row))
        self._console.print(table)
        if len(items) > MAX_EVENTS:
            self.say(f"… and {len(items) - MAX_EVENTS} more")
        proofs = ", ".join(f"{number} {proof}" for proof, number in count_proofs(items).items())
        self.say(f"{len(items)} events; days: {proofs or 'none'}; hours are told in {zone}")
        if known is None:
            self.say(f"in the catalog already: not looked up, {why}")
        else:
            number = sum(1 for item in items if known_event(item, known))
            self.say(f"in the catalog already, from other sources: {number} of {len(items)}")

    def room(self, name: str, place: Place, told_by: Mapping[str, str]) -> None:
        """What the pages state of the room."""
        self.say(f"the room: {name}")
        for witness in dict.fromkeys(told_by.values()):
            told = [f"{fact} {getattr(place, fact)}" for fact, by in told_by.items() if by == witness]
            self.say(f"  told by {witness}: {', '.join(told)}")
        missing = [fact for fact in FACTS if getattr(place, fact) is None]
        if missing:
            self.say(f"  not on the page: {', '.join(missing)}")

    def written(self, files: ProjectFiles, paths: Sequence[Path], place: Place, *, real: bool) -> None:
        """What was written, and what is left to do."""
        name = files.spider.stem
        shown = [str(path.relative_to(files.root)) for path in paths]
        self.say(f"wrote {', '.join(shown)}, and the pages beside {shown[0]}")
        missing = [fact for fact in FACTS if getattr(place, fact) is None]
        if files.venues in paths and missing:
            self.say(
                f"fill in {', '.join(missing)} in [{name}] of {files.venues.relative_to(files.root)}: until then "
                "`pytest tests/database/test_venues.py` names them"
            )
        if real:
            self.say(
                f"the pages in {files.recording.relative_to(files.root)} are the venue's own: before you commit, "
                "write them anew with invented acts"
            )
        self.say(f"next: read the docstring and the facts in {files.spider.relative_to(files.root)}, then")
        self.say(
            f"  pytest tests/crawlers/spiders/test_contract.py tests/crawlers/recordings/test_recordings.py -k {name}"
        )


def _table(texts: Sequence[str], numbers: Sequence[str], last: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in texts:
        table.add_column(column, overflow="fold")
    for column in numbers:
        table.add_column(column, justify="right", no_wrap=True)
    for column in last:
        table.add_column(column, overflow="fold")
    return table


def _cell(text: str | None) -> str:
    """Text of a page in rich's markup, on one line and with what would act on the terminal shown."""
    return escape(printable(text or ""))


def _ended(trial: Trial) -> str:
    return "" if trial.result.verdict == "ok" else f"{trial.result.verdict}: {trial.result.message}"


def _day(item: RawEventItem) -> str:
    return f"{date.fromisoformat(item.event_day):%a} {item.event_day}" if item.event_day else item.date_text or "?"


def _price(item: RawEventItem) -> str | None:
    if item.price_min is None:
        return None
    highest = f"-{item.price_max:g}" if item.price_max not in (None, item.price_min) else ""
    return f"{item.price_min:g}{highest} {item.currency or ''}".strip()


def _known_as(event: CatalogEvent) -> str:
    return f"{event.title} ({', '.join(sorted(event.source_slugs))})"
