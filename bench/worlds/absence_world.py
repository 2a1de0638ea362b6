"""A made-up year of venues' listings for `bench.quality.absence`: shows come and go, pages fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

YEAR = 365
FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Show:
    """One show of one source, and when its page has it."""

    number: int
    day: date
    announced: date
    removed: date | None
    """The first day on which the page has it no more, though it lies ahead; None: it takes place."""
    by_word: bool
    """Does the page then say that it is taken back, instead of saying nothing?"""

    def is_on(self, today: date) -> bool:
        """Is the show announced, ahead and not taken down?"""
        return self.announced <= today <= self.day and (self.removed is None or today < self.removed)


@dataclass(frozen=True, slots=True)
class Page:
    """What a crawl makes of a source's page on one day."""

    shows: Sequence[Show] = ()
    day: date | None = None
    """The day that the parser reads for all of them, where it reads a wrong one."""
    has_hours: bool = True
    id_suffix: str = ""
    page_size: int = 0
    """How many shows one answer holds, where the listing has pages."""
    unreadable: int = 0
    cut: str | None = None
    failure: tuple[str, str] | None = None
    taken_back: Sequence[Show] = ()


Trouble = Callable[[Page, random.Random], Page]


@dataclass(slots=True)
class Source:
    """A source with its shows, and with what is wrong with its page on which days."""

    name: str
    may_be_empty: bool
    page_size: int
    shows: list[Show]
    troubles: dict[date, tuple[str, Trouble, int]] = field(default_factory=dict)
    """Name, effect and seed of the trouble of a day; the same seed for all days of one that lasts."""
    ids_change_on: date | None = None

    def page(self, today: date) -> Page:
        """What is read on a day."""
        page = Page(
            shows=sorted((s for s in self.shows if s.is_on(today)), key=lambda s: (s.day, s.number)),
            taken_back=[s for s in self.shows if s.by_word and s.removed and s.removed <= today <= s.day],
            page_size=self.page_size,
            id_suffix="-new" if self.ids_change_on and today >= self.ids_change_on else "",
        )
        if today not in self.troubles:
            return page
        _, trouble, seed = self.troubles[today]
        return trouble(page, random.Random(seed))


def unreachable(page: Page, _: random.Random) -> Page:
    """The host is down."""
    return replace(page, shows=[], failure=("unreachable", "the host did not answer"))


def cut_and_told(page: Page, chance: random.Random) -> Page:
    """A body without its end."""
    kept = int(len(page.shows) * chance.uniform(0.3, 0.95))
    return replace(page, shows=page.shows[:kept], cut="the page is cut short")


def cut_untold(page: Page, chance: random.Random) -> Page:
    """A listing that ends between two records and looks whole, each day elsewhere."""
    return replace(page, shows=page.shows[: int(len(page.shows) * chance.uniform(0.3, 0.95))])


def a_page_missing(page: Page, chance: random.Random) -> Page:
    """One page of several answers with nothing, for days the same."""
    pages = -(-len(page.shows) // page.page_size)
    first = chance.randrange(pages) * page.page_size if pages > 1 else len(page.shows)
    return replace(page, shows=[*page.shows[:first], *page.shows[first + page.page_size :]])


def empty(page: Page, _: random.Random) -> Page:
    """The template without its shows, at status 200."""
    return replace(page, shows=[])


def half_silently(page: Page, chance: random.Random) -> Page:
    """A redesign in which the spider finds only some of the records: those of one hall, of one kind of markup."""
    share, salt = chance.uniform(0.3, 0.85), chance.random()
    return replace(page, shows=[s for s in page.shows if random.Random(f"{salt}{s.number}").random() < share])


def half_unreadable(page: Page, chance: random.Random) -> Page:
    """A redesign in which some records lack a field that the spider must have."""
    kept = half_silently(page, chance)
    return replace(kept, unreadable=len(page.shows) - len(kept.shows))


def all_on_one_day(page: Page, _: random.Random) -> Page:
    """A redesign in which the spider takes another date on the page for the show's."""
    return replace(page, day=max((s.day for s in page.shows), default=None))


def no_hours(page: Page, _: random.Random) -> Page:
    """A redesign in which the hour stands elsewhere."""
    return replace(page, has_hours=False)


def layout_unknown(page: Page, _: random.Random) -> Page:
    """A redesign in which nothing is where it was."""
    return replace(page, shows=[], failure=("layout_changed", "no calendar in the page"))


PASSING: Sequence[tuple[Trouble, float, tuple[int, int]]] = (
    (unreachable, 4.0, (1, 5)),
    (cut_and_told, 4.0, (1, 3)),
    (cut_untold, 1.0, (1, 2)),
    (a_page_missing, 2.0, (1, 5)),
    (empty, 1.0, (1, 4)),
)
"""How often each befalls a source in a year, and for how many days."""

CUTS = (cut_and_told, cut_untold)

REDESIGNS: Sequence[Trouble] = (half_silently, half_unreadable, all_on_one_day, no_hours, layout_unknown)
REDESIGNED = 0.5
"""Share of the sources that are redesigned in a year; until the spider is mended, one to four weeks pass."""

IDS_CHANGED = 0.1
TAKEN_DOWN = 0.03
"""Share of shows that are taken down; a tenth of them take their neighbours of the week along (a tour, a flood)."""


def sources(number: int, seed: int) -> Iterator[Source]:
    """So many sources: bars with a show a night, halls, houses with a season, rooms that are mostly quiet."""
    for index in range(number):
        chance = random.Random(f"{seed}-{index}")
        a_week = chance.choice([0.3, 1, 2, 3, 5, 7, 10])
        shows = _shows(chance, a_week, has_summer_break=chance.random() < 0.25)
        may_be_empty, page_size = a_week < 1 or chance.random() < 0.2, chance.choice([10, 20, 50])
        source = Source(f"source_{index:03}", may_be_empty, page_size, shows)
        for trouble, times, (shortest, longest) in PASSING:
            for _ in range(_poisson(chance, times)):
                _befall(source, trouble, chance.randrange(YEAR), chance.randint(shortest, longest), chance)
        if chance.random() < REDESIGNED:
            _befall(source, chance.choice(REDESIGNS), chance.randrange(60, YEAR), chance.randint(7, 28), chance)
        if chance.random() < IDS_CHANGED:
            source.ids_change_on = FIRST_DAY + timedelta(days=chance.randrange(60, YEAR))
        yield source


def _shows(chance: random.Random, a_week: float, *, has_summer_break: bool) -> list[Show]:
    reach = chance.choice([30, 60, 120])
    quiet = {chance.randrange(52) for _ in range(chance.randint(0, 4))}
    shows: list[Show] = []
    for offset in range(YEAR + reach):
        day = FIRST_DAY + timedelta(days=offset)
        is_quiet = offset // 7 % 52 in quiet or (has_summer_break and day.month in (7, 8))
        for _ in range(0 if is_quiet else _poisson(chance, a_week / 7)):
            announced = day - timedelta(days=chance.randint(5, reach))
            shows.append(Show(len(shows), day, announced, None, by_word=chance.random() < 0.2))
    for index, show in enumerate(shows):
        if show.removed is None and chance.random() < TAKEN_DOWN:
            removed = show.announced + timedelta(days=chance.randint(1, max(1, (show.day - show.announced).days)))
            along = 3 if chance.random() < 0.1 else 1
            for number in range(index, min(index + along, len(shows))):
                if shows[number].announced < removed <= shows[number].day:
                    shows[number] = replace(shows[number], removed=removed)
    return shows


def _befall(source: Source, trouble: Trouble, offset: int, days: int, chance: random.Random) -> None:
    seed = chance.randrange(1 << 30)
    for number in range(days):
        day = FIRST_DAY + timedelta(days=offset + number)
        source.troubles[day] = (trouble.__name__, trouble, seed + number if trouble in CUTS else seed)


def _poisson(chance: random.Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average (Knuth's method, for small means)."""
    count, left = 0, chance.random()
    limit = 2.718281828459045**-mean
    while left > limit:
        count += 1
        left *= chance.random()
    return count
