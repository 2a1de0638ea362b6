"""Histories of a catalog: what crawls, services and people did, in the order they did it, and the builds between.

`write_history` makes one from a source of chance alone: a seeded `random.Random`, or hypothesis's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from carpenter.store.decisions import NewDecision
from sms_database.artist_lookup import ArtistLookupItem, Candidate
from sms_database.ids import artist_uuid, row_uuid
from sms_database.sources import SourceFacts
from sms_text.text import fold_key
from tests.carpenter.raw_rows import ALL_SOURCES, MORNING, raw

TOURS = SourceFacts(slug="tours", kind="api", title="Tour dates", city=None, trust=60)
PLAYED = SourceFacts(slug="setlists", kind="setlist", title="What was played")
SOURCES = (*ALL_SOURCES, TOURS, PLAYED)

ACTS = ("Tin Lantern", "Mossback", "Dream", "Ivory", "Dream, Ivory", "The Ferry Wakes", "Juniper & Ash", "Ash", "Ferry")
SEPARATORS = (", ", " & ", " / ", " + ", " with ", " x ", " and ", ": ", " - ")
OTHER_TITLES = ("OPEN MIC", "Open Mic Night", "Karaoke", "Private Event", "TBA")
TITLE_FORMS = (
    *("{}", "{}", "{}", "{}", "{} at Pier Hall (November 28, 2026)", "{} (2026-11-27)", "Early Show: {}", "{} (21+)"),
    *("CANCELLED: {}", "Mossback presents {}", "{} - The Long Way Tour", "An evening with {}"),
)
PIER: Sequence[str | None] = (
    *("Pier Hall", "Pier Hall", "pier hall", "The Pier Hall", "Pier Hall Lounge", "Upstairs at Pier Hall"),
    *("Pier Hall - Main Stage", "Pier Hall presented by Gull Ale", "Peir Hall", "Pier", "Pier Ballroom"),
    *("Harbor Palace", "Harbor Palace Lounge"),
)
OTHER_ROOMS: Sequence[str | None] = (
    *("Dock Street Arena", "Dock Street Arena Annex", "Dock Street", "Blue Moon Tavern", "Blue Moon"),
    *("Blue Moon Lounge", "Sea Monster Lounge", "TBA", None),
)
STREETS = (None, None, None, "1 Bay St", "1 Bay Street", "90 Hill Rd")
POINTS = (None, None, None, (47.610, -122.340), (47.611, -122.341), (47.640, -122.300), (45.520, -122.670), (0.0, 0.0))
TOWNS = (None, None, "Seattle", "Portland")
DAYS = ("2026-11-26", "2026-11-27", "2026-11-27", "2026-11-28", "2026-11-28", "2026-11-29", "2026-11-30")
BAD_DAYS = (None, "2026-02-31")
HOURS = (None, None, "19:00", "20:00", "22:30", "00:15", "00:30", "01:30", "03:00", "04:00", "14:00", "25:00")
ZONES = ("America/Los_Angeles", "America/Los_Angeles", "America/Los_Angeles", "UTC", "America/New_York", None)
ROW_IDS = "abcdef"
ACT_IDS = ("p", "q", "r")
"""Of acts at services."""

Key = tuple[str, str]
"""Source and the row's id there."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Crawl:
    """Versions of rows arrive, in one transaction."""

    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Vanish:
    """A complete listing no longer has these rows."""

    keys: tuple[Key, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A service answers about an act."""

    item: ArtistLookupItem


@dataclass(frozen=True, slots=True)
class Decide:
    """A person decides."""

    decision: NewDecision


@dataclass(frozen=True, slots=True)
class Undo:
    """The decision of this number, counted from 0, is taken back, if it was made and stands."""

    number: int


@dataclass(frozen=True, slots=True)
class Learn:
    """Other facts of a source are stored."""

    facts: SourceFacts


Input = Crawl | Vanish | Answer | Decide | Undo | Learn


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build, as it goes in this history."""

    killed_at: int | None = None
    """The statement or commit, counted from 1, at which it is killed; None lets it through."""
    meanwhile: tuple[int, Input | None] | None = None
    """What another process does at that statement; None is a build of its own."""
    workers: int = 1
    batch: int = 1_000
    """Rows or things that one transaction takes, everywhere."""
    by_other_rules: bool = False
    from_nothing: bool = False
    """`rebuild` instead of `run`."""
    source: str | None = None
    """Only what is dirty of this source is built."""


@dataclass(frozen=True, slots=True)
class History:
    """What happened, in order, and how many mentions of rooms one block may compare throughout."""

    operations: tuple[Input | Build, ...]
    block_mentions: int

    @property
    def inputs(self) -> list[Input]:
        return [operation for operation in self.operations if not isinstance(operation, Build)]


def write_history(chance: random.Random, longest: int = 14, workers: Sequence[int] = (1,)) -> History:
    """A history of up to `longest` inputs with builds between them; the last build is left to the reader."""
    scene = _Scene(chance)
    operations: list[Input | Build] = [scene.crawl()]
    for _ in range(chance.randint(1, longest)):
        operations.append(scene.something())
        if chance.randint(0, 2) == 0:
            operations.append(scene.build(workers))
    return History(tuple(operations), chance.choice((2, 3, 5, 200, 200, 200)))


class _Scene:
    """A few rooms, acts and nights, so that what happens to them meets."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._acts = self._some(ACTS, 5)
        self._rooms = self._some(PIER, 5) + self._some(OTHER_ROOMS, 2)
        self._days = self._some(DAYS, 3)
        self._rows: dict[Key, Mapping[str, Any]] = {}
        self._vanished: list[Key] = []
        self._decisions = 0
        self._day = 0

    def something(self) -> Input:
        """Whatever happens next."""
        happens: tuple[Callable[[], Input], ...] = (
            *(self.crawl, self.crawl, self.edit, self.edit, self.edit, self.say_elsewhere, self.change_id),
            *(
                self.move,
                self.move,
                self.vanish,
                self.come_back,
                self.decide,
                self.decide,
                self.undo,
                self.answer,
                self.learn,
            ),
        )
        return self._chance.choice(happens)()

    def build(self, workers: Sequence[int]) -> Build:
        chance = self._chance
        from_nothing = chance.randint(0, 7) == 0
        meanwhile: tuple[int, Input | None] | None = None
        if from_nothing:  # no other build has its turn meanwhile
            meanwhile = (chance.randint(1, 300), self.something())
        elif chance.randint(0, 3) == 0:
            meanwhile = (chance.randint(1, 150), self.something() if chance.randint(0, 2) else None)
        return Build(
            killed_at=chance.randint(1, 150) if chance.randint(0, 2) == 0 else None,
            meanwhile=meanwhile,
            workers=chance.choice(workers),
            batch=chance.choice((1, 2, 3, 1_000)),
            by_other_rules=chance.randint(0, 15) == 0,
            source=chance.choice(SOURCES).slug if chance.randint(0, 7) == 0 else None,
            from_nothing=from_nothing,
        )

    def crawl(self) -> Input:
        """New rows, or whole new versions of old ones, a late arrival among them now and then."""
        self._day += 1
        return self._stored([self._row() for _ in range(self._chance.randint(1, 6))])

    def edit(self) -> Input:
        """One or two particulars of rows change: the title, the day, the hour, the room, whatever else."""
        return self._stored([self._edited(row) for row in self._known(3)] or [self._row()])

    def say_elsewhere(self) -> Input:
        """Other sources say what one has said, or nearly so."""
        told = []
        for row in self._known(2):
            source = self._chance.choice(SOURCES)
            fields = {name: row[name] for name in row if not name.startswith("source")}
            told.append(self._edited(raw(source, self._id(), row["title"], row["event_day"]) | fields))
        return self._stored(told or [self._row()])

    def move(self) -> Input:
        """A source announces that shows are on another day."""
        day = self._chance.choice(self._days)
        told = [{**row, "event_day": day, "status_text": "Rescheduled"} for row in self._known(2)]
        return self._stored([{**row, "fetched_at": self._now()} for row in told] or [self._row()])

    def change_id(self) -> Input:
        """A source gives a row another id."""
        told = [{**row, "source_event_id": self._id(), "fetched_at": self._now()} for row in self._known(1)]
        return self._stored(told or [self._row()])

    def vanish(self) -> Input:
        self._day += 1
        keys = tuple((row["source"], row["source_event_id"]) for row in self._known(3))
        self._vanished += keys
        return Vanish(keys, MORNING + timedelta(days=self._day))

    def come_back(self) -> Input:
        """Rows that vanished are listed again as they were."""
        keys = self._some(self._vanished, 2)
        return self._stored([{**self._rows[key], "fetched_at": self._now()} for key in keys] or [self._row()])

    def decide(self) -> Input:
        chance, kind = self._chance, self._chance.choice(("merge", "merge", "split", "hide", "override", "artist_link"))
        target, *others = (row_uuid(*key) for key in (self._key(), *(self._key() for _ in range(chance.randint(1, 2)))))
        if kind in ("merge", "split") and target in others:
            kind = "hide"
        field, value = {
            "merge": (None, [str(other) for other in others]),
            "split": (None, [str(other) for other in others]),
            "hide": (None, None),
            "override": chance.choice(_CORRECTIONS),
            "artist_link": ("musicbrainz", chance.choice((None, *ACT_IDS))),
        }[kind]
        if kind == "artist_link":
            target = artist_uuid(fold_key(chance.choice(self._acts)))
        self._decisions += 1
        return Decide(NewDecision(kind=kind, target=target, field=field, value=value, author="test"))

    def undo(self) -> Input:
        return Undo(self._chance.randrange(self._decisions)) if self._decisions else self.decide()

    def answer(self) -> Input:
        chance, asked = self._chance, self._chance.choice(self._acts)
        by_name = chance.randint(0, 2) > 0
        found = [self._candidate(asked) for _ in range(chance.randint(0, 3 if by_name else 1))]
        service = chance.choice(("musicbrainz", "musicbrainz", "spotify"))
        told = chance.choice(ACT_IDS)
        return Answer(
            ArtistLookupItem(
                service=service,
                asked_by="name" if by_name else "id",
                asked=asked if by_name else told,
                fetched_at=MORNING + timedelta(days=chance.randint(0, self._day)),
                candidates=found,
            )
        )

    def learn(self) -> Input:
        chance, facts = self._chance, self._chance.choice(SOURCES)
        return Learn(
            replace(facts, trust=chance.choice((10, 50, 90)), city=chance.choice((facts.city, None, "seattle")))
        )

    def _row(self) -> dict[str, Any]:
        chance, source = self._chance, self._chance.choice(SOURCES)
        listed = self._some(self._acts, 2) if source.kind in ("api", "setlist") and chance.randint(0, 1) else []
        given = chance.choice((None, None, *ACT_IDS))
        return raw(
            source,
            self._id(),
            self._title(),
            self._chance.choice((*self._days, *self._days, *self._days, *BAD_DAYS)),
            start_time=chance.choice(HOURS),
            timezone=chance.choice(ZONES),
            artists=[{"name": name} | ({"musicbrainz_id": given} if given else {}) for name in listed],
            **self._place(),
            price_text=chance.choice((None, None, "$10", "Free")),
            status_text=chance.choice((None, None, None, "Cancelled", "Sold out")),
            fetched_at=self._now(),
        )

    def _edited(self, row: Mapping[str, Any]) -> dict[str, Any]:
        fresh, edited = self._row(), dict(row)
        changes = (
            ("title", "artists"),
            ("event_day",),
            ("start_time",),
            ("timezone",),
            tuple(_PLACE),
            ("status_text",),
        )
        for changed in self._some(changes, 2):
            edited |= {name: fresh[name] for name in changed}
        return edited | {"fetched_at": fresh["fetched_at"]}

    def _title(self) -> str:
        chance = self._chance
        if chance.randint(0, 7) == 0:
            return chance.choice(OTHER_TITLES)
        acts = self._some(self._acts, 3)
        title = chance.choice(TITLE_FORMS).format(chance.choice(SEPARATORS).join(acts))
        return title.upper() if chance.randint(0, 7) == 0 else title

    def _place(self) -> dict[str, Any]:
        chance = self._chance
        point = chance.choice(POINTS) or (None, None)
        town = chance.choice(TOWNS)
        told = (chance.choice(self._rooms), chance.choice(STREETS), town, chance.choice(_REGIONS[town]), *point)
        return dict(zip(_PLACE, told, strict=True))

    def _candidate(self, asked: str) -> Candidate:
        act_id, name = self._chance.choice(ACT_IDS), self._chance.choice((asked, asked.upper(), *self._acts))
        links: list[Any] = [{"kind": "bandcamp", "url": f"https://{act_id}.example/"}]
        alias = self._chance.choice(self._acts)
        return {"id": act_id, "name": name, "aliases": [alias], "score": 100, "country": "US", "links": links}

    def _now(self) -> str:
        """Mostly today, at times a day before: versions do not arrive in the order in which they were fetched."""
        late = self._chance.randint(0, self._day) if self._chance.randint(0, 3) == 0 else 0
        return (MORNING + timedelta(days=self._day - late)).isoformat()

    def _id(self) -> str:
        return self._chance.choice(ROW_IDS)

    def _key(self) -> Key:
        """Of a row that is there, or, at times, of one that may never be."""
        known = sorted(self._rows)
        is_known = known and self._chance.randint(0, 5) > 0
        return self._chance.choice(known) if is_known else (self._chance.choice(SOURCES).slug, self._id())

    def _known(self, most: int) -> list[Mapping[str, Any]]:
        return [self._rows[key] for key in self._some(sorted(self._rows), most)]

    def _some(self, things: Sequence[_T], most: int) -> list[_T]:
        """One to `most` of the things, each once; none where there are none."""
        return self._chance.sample(things, self._chance.randint(1, min(most, len(things)))) if things else []

    def _stored(self, rows: Sequence[Mapping[str, Any]]) -> Crawl:
        versions = {(row["source"], row["source_event_id"], row["fetched_at"]): row for row in rows}
        for row in versions.values():
            self._rows[row["source"], row["source_event_id"]] = row
        return Crawl(tuple(versions.values()))


_PLACE = ("venue_name", "venue_address", "venue_city", "venue_region", "latitude", "longitude")
_REGIONS: Mapping[str | None, Sequence[str | None]] = {None: (None,), "Seattle": (None, "WA"), "Portland": (None, "OR")}
_CORRECTIONS: Sequence[tuple[str, Any]] = (
    *(("title", "Corrected"), ("start_time", "21:00"), ("event_day", "2026-11-28"), ("status", "cancelled")),
    *(("artists", ["Mossback", "Somebody New"]), ("price_min", 5)),
)
