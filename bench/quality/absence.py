"""A year of 85 sources, crawled once a day, with cuts, outages, quiet weeks, seasons and redesigns.

Which shows are marked unlisted though they take place, and how long it takes until one that was taken down is? The
pages are made up (`bench.worlds.absence_world`); the crawler's own code stores, judges and marks, in PostgreSQL.

With `--one-witness` a single good run unlists, for comparison; with `--person DAYS` somebody looks at a source that has
been suspect for so many days, and says that it is as it was found where its page is in order.

python -m bench.quality.absence [--sources 85] [--days 365] [--seed 1] [--one-witness] [--person DAYS]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import monotonic
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, insert, select, text, update

from bench.fresh_database import fresh_database
from bench.worlds.absence_world import FIRST_DAY, Page, Show, Source, sources
from sms_crawlers.runs.absence import Listing, bear_witness, count_missed, last_good_profile
from sms_crawlers.runs.profile import Profile, oddities
from sms_crawlers.runs.verdict import RunFacts, Verdict, judge
from sms_database.models import CrawlRun, RawEvent
from sms_database.raw_check import CheckedItem, check_item
from sms_database.raw_store import store_raw_events
from sms_database.sources import SourceFacts, store_source

WANTED_DAYS = 3
"""How long a show that was taken down may still be listed."""


@dataclass(slots=True)
class Outcome:
    """What a year has come to."""

    runs: Counter[str] = field(default_factory=Counter)
    shows: int = 0
    wrongly: dict[tuple[str, int], str] = field(default_factory=dict)
    """The first trouble (or "none") on a day of which a show that takes place was marked unlisted."""
    in_order: list[int] = field(default_factory=list)
    """Days until a show that was taken down was marked unlisted, where the page was in order on all of them."""
    in_trouble: list[int] = field(default_factory=list)
    """The same where it was not."""
    passed: Counter[str] = field(default_factory=Counter)
    """Where its night came first: why."""


def main() -> None:
    """Play the year and print what it came to; exit with 1 if a show that takes place was ever marked unlisted."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sources", type=int, default=85)
    arguments.add_argument("--days", type=int, default=365)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--one-witness", action="store_true", help="one good run unlists")
    arguments.add_argument("--person", type=int, metavar="DAYS", help="somebody looks after so many suspect days")
    options = arguments.parse_args()
    began = monotonic()
    outcome = Outcome()
    with fresh_database() as engine, engine.connect() as connection:
        connection.execute(text("SET synchronous_commit = off"))
        connection.commit()
        for source in sources(options.sources, options.seed):
            Year(connection, source, options.person, one_witness=options.one_witness).play(options.days, outcome)
    _print(outcome, monotonic() - began)
    sys.exit(1 if outcome.wrongly and not options.one_witness else 0)


class Year:
    """A year of one source."""

    def __init__(self, connection: Connection, source: Source, person: int | None, *, one_witness: bool) -> None:
        self._connection = connection
        self._source = source
        self._person = person
        self._one_witness = one_witness
        self._suspect_days = 0
        self._verdict = ""
        self._stored: defaultdict[int, set[str]] = defaultdict(set)

    def play(self, days: int, outcome: Outcome) -> None:
        """Crawl each day, and look at what is marked unlisted."""
        with self._connection.begin():
            facts = SourceFacts(slug=self._source.name, kind="venue", title=self._source.name, complete_listing=True)
            store_source(self._connection, facts)
        gone_since: dict[int, date] = {}
        for today in (FIRST_DAY + timedelta(days=number) for number in range(days)):
            page = self._source.page(today)
            accepted = self._person is not None and self._suspect_days >= self._person and self._is_in_order(today)
            with self._connection.begin():
                verdict = self._crawl(today, page, accepted=accepted)
                unlisted = self._unlisted()
            outcome.runs[f"{verdict.verdict} {verdict.cause or ''}".strip()] += 1
            self._suspect_days = self._suspect_days + 1 if verdict.verdict == "suspect" else 0
            self._verdict = verdict.verdict
            for show in self._source.shows:
                if show.number not in self._stored:
                    continue
                if not self._stored[show.number] <= unlisted:
                    gone_since.pop(show.number, None)
                elif show.is_on(today):
                    trouble = self._source.troubles.get(today, ("none",))[0]
                    outcome.wrongly.setdefault((self._source.name, show.number), trouble)
                elif show.removed is not None:
                    gone_since.setdefault(show.number, today)
                if show.removed is not None and show.day == today and show.removed < show.day:
                    self._note(show, gone_since.get(show.number), outcome)
        outcome.shows += len(self._stored)

    def _note(self, show: Show, gone_since: date | None, outcome: Outcome) -> None:
        assert show.removed is not None
        last = gone_since or show.day
        days = [show.removed + timedelta(days=number) for number in range((last - show.removed).days + 1)]
        trouble = next((self._source.troubles[day][0] for day in days if day in self._source.troubles), None)
        if gone_since is not None:
            (outcome.in_trouble if trouble else outcome.in_order).append(len(days) - 1)
        elif len(days) <= 2:
            outcome.passed["its night came within a day"] += 1
        else:
            outcome.passed[trouble or f"page in order, last run {self._verdict}"] += 1

    def _is_in_order(self, today: date) -> bool:
        return today not in self._source.troubles

    def _crawl(self, today: date, page: Page, *, accepted: bool) -> Verdict:
        connection, started_at = self._connection, datetime.combine(today, time(20), UTC)
        statement = insert(CrawlRun).values(source=self._source.name, started_at=started_at).returning(CrawlRun.id)
        run_id = connection.execute(statement).scalar_one()
        items = [self._item(show, page, started_at) for show in page.shows]
        profile = Profile()
        for item in items:
            profile.add(item.data)
        store_raw_events(connection, items, run_id)
        listing = Listing(
            source=self._source.name,
            run_id=run_id,
            started_at=started_at,
            first_day=today,
            days=None,
            timezone="America/Los_Angeles",
            gone=[self._id(show, page) for show in page.taken_back],
            quarantined=page.unreadable,
        )
        before = last_good_profile(connection, self._source.name)
        verdict = judge(
            RunFacts(
                finish_reason="finished",
                failures=[page.failure] if page.failure else (),
                items=len(items),
                quarantined=page.unreadable,
                may_be_empty=self._source.may_be_empty,
                lists_all=True,
                cut=page.cut,
                absence=count_missed(connection, listing, in_full=True),
                oddities=list(oddities(profile.as_json(), before)) if before else (),
                accepted=accepted,
            )
        )
        if verdict.verdict == "ok":
            at_once = accepted or self._one_witness
            bear_witness(connection, listing, in_full=True, at_once=at_once)
        values: dict[str, Any] = {
            "verdict": verdict.verdict,
            "profile": profile.as_json(),
            "quarantined": page.unreadable,
        }
        connection.execute(update(CrawlRun).where(CrawlRun.id == run_id).values(**values))
        return verdict

    def _item(self, show: Show, page: Page, at: datetime) -> CheckedItem:
        identity = self._id(show, page)
        self._stored[show.number].add(identity)
        item: dict[str, Any] = {
            "source": self._source.name,
            "source_event_id": identity,
            "fetched_at": at,
            "title": f"Act {show.number}",
            "event_day": (page.day or show.day).isoformat(),
            "timezone": "America/Los_Angeles",
            "venue_name": self._source.name,
        }
        return check_item(item | ({"start_time": "20:00"} if page.has_hours else {}))

    def _id(self, show: Show, page: Page) -> str:
        return f"{show.number}{page.id_suffix}"

    def _unlisted(self) -> set[str]:
        gone = select(RawEvent.source_event_id).where(
            RawEvent.source == self._source.name, RawEvent.unlisted_at.is_not(None)
        )
        return set(self._connection.scalars(gone))


def _print(outcome: Outcome, seconds: float) -> None:
    console = Console()
    table = Table("runs", "", title="how runs were judged")
    for judged, count in outcome.runs.most_common():
        table.add_row(judged, f"{count:,}")
    console.print(table)
    console.print(f"shows stored: {outcome.shows:,}")
    console.print(f"marked unlisted though they take place: {len(outcome.wrongly)} (target 0)")
    for trouble, count in Counter(outcome.wrongly.values()).most_common():
        console.print(f"    while: {trouble}: {count}")
    console.print("taken down before their night, and marked unlisted")
    late = sum(days > WANTED_DAYS for days in outcome.in_order)
    console.print(f"    the page being in order: {_spread(outcome.in_order)}")
    console.print(f"    of these later than {WANTED_DAYS} days: {late} (target 0)")
    console.print(f"    the page being in trouble meanwhile: {_spread(outcome.in_trouble)}")
    console.print("taken down, and listed until their night")
    for why, count in outcome.passed.most_common():
        console.print(f"    {why}: {count}")
    console.print(f"{seconds:.0f} s")


def _spread(days: Sequence[int]) -> str:
    if not days:
        return "none"
    ordered = sorted(days)
    most = f"{ordered[len(ordered) * 9 // 10]} in nine of ten, {ordered[-1]} at most"
    return f"{len(days):,}, after {median(ordered):g} days in the middle, {most}"


if __name__ == "__main__":
    main()
