"""Fixed facts: venues.toml and cities.toml, checked on load."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sms_database.ids import described_venue_uuid


class FactsError(ValueError):
    """A file of facts is wrong: which file, which entry, what to mend."""


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@cache
def _zones() -> set[str]:
    return available_timezones()


class _Zoned(_Facts):
    timezone: str

    @field_validator("timezone")
    @classmethod
    def zone_exists(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(f"{zone!r} is no IANA time zone")
        return zone


F = TypeVar("F", bound=_Facts)


class CityFacts(_Zoned):
    """A scene: the area that one calendar covers."""

    slug: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str = Field(min_length=1)
    region: str | None = None
    country: str = Field(pattern=r"^[A-Z]{2}$")
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    radius_km: float = Field(gt=0, le=200)
    towns: tuple[str, ...] = ()
    """Towns whose venues belong to this scene, besides the city itself."""


class VenueFacts(_Zoned):
    """A room or house as it is in the world, whoever writes about it.

    What a new entry may leave blank until someone has looked it up is None; a test names each blank that is left.
    """

    key: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str = Field(min_length=1)
    city: str
    """Slug of the scene."""
    address: str | None = Field(default=None, min_length=1)
    town: str = Field(min_length=1)
    region: str
    postal_code: str | None = Field(default=None, min_length=1)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    neighborhood: str | None = None
    capacity: int | None = Field(default=None, gt=0)
    """How many people the room holds, standing."""
    seats: int | None = Field(default=None, gt=0)
    website: str | None = Field(default=None, pattern=r"^https?://")
    phone: str | None = None
    min_age: int | None = Field(default=None, ge=0, le=25)
    """House rule on age in years where the whole house has one."""
    osm: str | None = Field(default=None, pattern=r"^(node|way|relation)/\d+$")
    programme: Literal["mixed"] | None = None
    """Mixed: all kinds of evenings, of which most are no live music."""
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    """Key of the house that this room is in."""
    notes: str | None = None
    """What else is known and matters to whoever keeps this file."""

    @property
    def id(self) -> uuid.UUID:
        """The venue's id in the catalog."""
        return described_venue_uuid(self.key)

    def item_fields(self) -> dict[str, Any]:
        """The facts as fields of a RawEventItem."""
        return {
            "timezone": self.timezone,
            "venue_name": self.name,
            "venue_address": self.address,
            "venue_city": self.town,
            "venue_region": self.region,
            "venue_postal_code": self.postal_code,
            "venue_country": self.country,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "source_venue_id": self.key,
            "venue_url": self.website,
        }


@cache
def city_facts() -> Mapping[str, CityFacts]:
    """Every scene of cities.toml by slug."""
    return read_cities((files("sms_database") / "cities.toml").read_text("utf-8"))


@cache
def all_venue_facts() -> Mapping[str, VenueFacts]:
    """Every venue of venues.toml by key."""
    return read_venues((files("sms_database") / "venues.toml").read_text("utf-8"), city_facts())


def venue_facts(key: str) -> VenueFacts:
    """The facts of one venue. Raises FactsError for a key that venues.toml does not have."""
    venues = all_venue_facts()
    if key not in venues:
        raise FactsError(f"venues.toml has no venue {key!r}; add a [{key}] entry")
    return venues[key]


def read_cities(text: str) -> dict[str, CityFacts]:
    """Read cities.toml: a table a city. Raises FactsError."""
    return {
        slug: _checked(CityFacts, "cities.toml", slug, entry | {"slug": slug})
        for slug, entry in _tables("cities.toml", text).items()
    }


def read_venues(text: str, cities: Mapping[str, CityFacts]) -> dict[str, VenueFacts]:
    """Read venues.toml: a table a venue. Raises FactsError: bad field, unknown city or parent, doubled alias."""
    venues = {
        key: _checked(VenueFacts, "venues.toml", key, entry | {"key": key})
        for key, entry in _tables("venues.toml", text).items()
    }
    named: dict[tuple[str, str], str] = {}
    for venue in venues.values():
        if venue.city not in cities:
            raise FactsError(f"venues.toml [{venue.key}] city: no {venue.city!r} in cities.toml")
        if venue.parent is not None and (venue.parent not in venues or venue.parent == venue.key):
            raise FactsError(f"venues.toml [{venue.key}] parent: {venue.parent!r} is no other venue")
        for name in {venue.name.casefold(), *(alias.casefold() for alias in venue.aliases)}:
            owner = named.setdefault((venue.city, name), venue.key)
            if owner != venue.key:
                raise FactsError(f"venues.toml [{venue.key}] name or alias {name!r} is that of [{owner}] too")
    return venues


def _tables(file: str, text: str) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise FactsError(f"{file}: {problem}") from problem


def _checked(model: type[F], file: str, key: str, entry: dict[str, Any]) -> F:
    try:
        return model(**entry)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "entry"
        raise FactsError(f"{file} [{key}] {where}: {first['msg']}") from problem
