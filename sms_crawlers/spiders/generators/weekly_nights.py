"""Fixed weekly nights: items made from recurrence rules in a data file, for rooms that publish them nowhere."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sms_crawlers.calendars.recurrence import days_of
from sms_crawlers.errors import CannotStart
from sms_crawlers.items import RawEventItem, RecordError
from sms_crawlers.reading import UnreadableField
from sms_crawlers.spider import Outcome, SourceSpider
from sms_database.venues import FactsError, city_facts, venue_facts


class WeeklyNight(BaseModel):
    """One entry of the data file: a night that a room has by a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    venue: str
    """Key in venues.toml."""
    title: str = Field(min_length=1)
    rrule: str
    """A rule of RFC 5545: "FREQ=WEEKLY;BYDAY=WE"."""
    first_day: date | None = None
    """The day from which an interval or a count runs; needed by such rules only."""
    starts: time | None = None
    """Local, as are all hours; None where nobody says."""
    ends: time | None = None
    sign_up: time | None = None
    price_text: str | None = None
    age_text: str | None = None
    description: str | None = None
    url: str | None = Field(default=None, pattern=r"^https?://")
    """The page that tells of the night; else the venue's own site stands for it."""
    left_out: tuple[date, ...] = ()
    """Days by the rule on which the night does not take place (EXDATE)."""
    added: tuple[date, ...] = ()
    """Further days (RDATE)."""
    checked: date
    """The day on which somebody last saw that the night takes place."""
    witness: str
    """Who said so."""

    def days(self, first: date, last: date) -> list[date]:
        """The days from `first` to `last` on which the night takes place. Raises UnreadableField ("rrule")."""
        counted = any(part in self.rrule.upper() for part in ("INTERVAL=", "COUNT="))
        if counted and self.first_day is None:
            raise UnreadableField("first_day", f"the rule {self.rrule} counts from a day: say from which")
        start = self.first_day or first
        return days_of(self.rrule, start, first, last, left_out=self.left_out, added=self.added)


class WeeklyNightsSpider(SourceSpider):
    """A source of kind "generator": it asks nobody, and yields the nights of a data file of this package.

    The id is the entry's key, "@" and the day. An entry that is wrong is one error that names entry and field; the
    others go on. A sign-up hour stands in the description, for it is no doors hour.
    """

    platform = "weekly rule"
    venue = None
    kind = "generator"
    complete_listing = True
    listing_days = 60
    trust = 10

    data_file: ClassVar[str]
    """Name of a TOML file in `sms_crawlers/data/`: a table a night."""

    tables: dict[str, Any]
    """The entries of the data file, by their keys."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read the data file. Raises CannotStart if it is no TOML."""
        super().__init__(*args, **kwargs)
        text = (files("sms_crawlers") / "data" / self.data_file).read_text("utf-8")
        self.tables = read_tables(text, self.data_file)

    async def start(self) -> AsyncIterator[Any]:
        """Yield the nights themselves."""
        for outcome in self.nights():
            yield outcome

    @property
    def timezone(self) -> str:
        """The zone of the spider's city: its rooms are told by the entries."""
        assert self.city is not None
        return city_facts()[self.city].timezone

    def nights(self) -> Iterator[Outcome]:
        """The nights of all entries from today on, for `listing_days`."""
        for key, table in self.tables.items():
            try:
                yield from self._nights_of(key, table)
            except UnreadableField as problem:
                reason = f"{self.data_file} [{key}] {problem.field}: {problem.reason}"
                yield RecordError(field=problem.field, reason=reason, record={key: _plain(table)})

    def _nights_of(self, key: str, table: Any) -> Iterator[RawEventItem]:
        night = _checked(table)
        try:
            venue = venue_facts(night.venue)
        except FactsError as problem:
            raise UnreadableField("venue", str(problem)) from problem
        for day in night.days(self.today, self.today + timedelta(days=self.listing_days or 0)):
            yield RawEventItem(
                source=self.name,
                source_event_id=f"{key}@{day}",
                source_url=night.url or venue.website,
                fetched_at=self.now,
                title=night.title,
                event_day=day.isoformat(),
                start_time=_clock(night.starts),
                end_time=_clock(night.ends),
                description=_description(night),
                price_text=night.price_text,
                age_text=night.age_text,
                payload=_plain(table),
                **venue.item_fields(),
            )


def read_tables(text: str, name: str) -> dict[str, Any]:
    """The tables of a data file of this name. Raises CannotStart if it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise CannotStart(f"sms_crawlers/data/{name} is no TOML: {problem}") from problem


def _checked(table: Any) -> WeeklyNight:
    try:
        return WeeklyNight.model_validate(table)
    except ValidationError as problem:
        first = problem.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "entry"
        met = "" if first["type"] == "missing" else f": {first['input']!r}"
        raise UnreadableField(field, f"{first['msg']}{met}") from problem


def _description(night: WeeklyNight) -> str | None:
    sign_up = f"Sign-up {_clock(night.sign_up)}" if night.sign_up else None
    return ". ".join(part for part in (night.description, sign_up) if part) or None


def _clock(hour: time | None) -> str | None:
    return f"{hour:%H:%M}" if hour else None


def _plain(value: Any) -> Any:
    """A TOML value in a form that JSON can hold."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value
