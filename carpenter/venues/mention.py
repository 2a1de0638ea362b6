"""How a row names its room: the name told from what is printed around it, the street, the point. Pure functions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from carpenter.parsing.vocabulary import vocabulary
from carpenter.venues.geography import coordinates_of, town_key
from sms_database.ids import mention_uuid
from sms_database.json_text import dumps
from sms_text.text import clean, fold_key

ADDRESS_LIMIT = 200
"""Characters of an address that are looked at."""

POINT_DIGITS = 3
"""Decimals of a mention's point: about 100 m, so that a geocoder's jitter does not part the rows of one source."""

_STAGE = re.compile(
    r"\s*(?:[-–—:|,]\s*|\()(?:the\s+)?(?:main\s?(?:stage|room|hall|floor|space|bar)|mainstage|mainroom)\s*\)?\s*$", re.I
)
_SPONSOR = re.compile(
    r"\s+(?:,\s*)?(?:(?:presented|powered|sponsored|brought\s+to\s+you)\s+by|in\s+partnership\s+with)\s+\S.*$", re.I
)
_STREET = re.compile(r"\s*(\d+)[a-z]?(?:\s*[-–]\s*\d+)?\s+(.+)", re.I)
_NUMBER_LAST = re.compile(
    r"""\s*(?!(?:floor|level|suite|ste|unit|room|apt|box|hwy|highway|route|rte|exit|km)\b|p\.?\s?o\.?\s?box)
    (?P<street>[^\d,]*[^\W\d][^\d,]*?)\s+(?P<number>\d+)\s?[a-z]?(?:\s*[-–/]\s*\d+)?\s*(?:,.*)?""",
    re.I | re.X,
)
_STRASSE = re.compile(r" ?str(?:asse)?$")
_STATE_LAST = re.compile(r"\s*(?:,|\s[-–—|]|\()\s*([A-Z]{2})\s*\)?\s*$")
_COMPASS = frozenset("n e s w ne nw se sw north east south west northeast northwest southeast southwest".split())
_ORDINALS = {
    word: f"{number}{'st' if number == 1 else 'nd' if number == 2 else 'rd' if number == 3 else 'th'}"
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
_ROOM = "lounge|annex|basement|cellar|downstairs|upstairs|patio|rooftop|mezzanine|loft|studio|parlou?r|den|balcony"
_SUB_ROOM = re.compile(
    rf"""^(?:upstairs|downstairs|basement|backstage|(?:the\s)?(?:{_ROOM}))\s(?:at|of|in)\s(?:the\s)?(?P<parent>.+)$
    |^(?P<front>.+?)(?:\s(?:at|in)\sthe)?\s(?:(?:side|second|2nd|small|back|outdoor|indoor|upstairs|downstairs|acoustic|patio)
        \s(?:stage|room|bar|hall)|{_ROOM}|room\s?[2-9b-d]|stage\s?[2-9b-d])$""",
    re.X,
)
_GENERIC = frozenset(
    "theatre hall club lounge bar cafe coffee house tavern pub ballroom auditorium center live music venue room stage"
    " at and of in on a an arena stadium pavilion nightclub saloon restaurant grill brewery concert concerts performing"
    " arts art space church school park festival amphitheatre bistro kitchen dining diner"
    " the events event complex".split()
)
_ONE_SPELLING = {
    "theater": "theatre",
    "centre": "center",
    "amphitheater": "amphitheatre",
    "saint": "st",
    "mt": "mount",
    "street": "st",
    "avenue": "ave",
    "boulevard": "blvd",
    "road": "rd",
    "square": "sq",
    "fort": "ft",
}
_EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_EAST_ASIAN_BLANK = re.compile(rf"(?<=[{_EAST_ASIAN}]) (?=[{_EAST_ASIAN}])")
"""Kana, Han and Hangul: a blank between two of them is put or left out at will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVenue:
    """The particulars with which rows of one source name a room, as they are stored."""

    id: uuid.UUID
    source: str
    city: str | None
    """Slug of the scene; None where the rows tell no place."""
    mention: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A named room, taken apart for comparing."""

    id: uuid.UUID
    source: str
    town: str | None
    """Slug of the scene."""
    region: str | None
    core: str
    """The folded name without stage, sponsor, town and a leading "the"."""
    bare_core: str
    """The core without its town before words that many rooms share: "music hall" of "Marlbury Music Hall"."""
    words: frozenset[str]
    """Words of the core that few rooms share."""
    parent_core: str | None
    """The core of the venue that this is a smaller room of, where the name says so: "Upstairs at PARENT"."""
    street: tuple[str, str] | None
    """House number and first word of the street."""
    point: tuple[float, float] | None
    """Degrees, rounded; None where missing or impossible."""
    venue_key: str | None
    """Key of the described venue that it names beyond doubt."""


_BEFORE_POINT = {
    "name": "venue_name",
    "address": "venue_address",
    "town": "venue_city",
    "region": "venue_region",
    "postal_code": "venue_postal_code",
    "country": "venue_country",
}
_AFTER_POINT = {"timezone": "timezone", "url": "venue_url", "source_venue_id": "source_venue_id"}
_FIELDS = (*_BEFORE_POINT, "latitude", "longitude", *_AFTER_POINT)
_COLUMNS_BEFORE, _COLUMNS_AFTER = tuple(_BEFORE_POINT.values()), tuple(_AFTER_POINT.values())

_NO_POINT = (None, None)

Particulars = tuple[str | float | None, ...]
"""What a row prints of its room: a value or None for each of _FIELDS, the point rounded."""


def named_venue(data: Mapping[str, Any], source: str, city: str | None) -> NamedVenue | None:
    """How a row of this scene names its room; None where it names none, or only says that there is one."""
    particulars = particulars_of(data, coordinates_of(data))
    return venue_named(particulars, source, city) if particulars is not None else None


def particulars_of(data: Mapping[str, Any], point: tuple[float, float] | None) -> Particulars | None:
    """What a row prints of its room; None where it names none. `point` is that of `coordinates_of`."""
    if not data.get("venue_name"):
        return None
    # Adding zero makes one of the two zeros that numbers have.
    degrees = _NO_POINT if point is None else [round(degree, POINT_DIGITS) + 0.0 for degree in point]
    return (*map(data.get, _COLUMNS_BEFORE), *degrees, *map(data.get, _COLUMNS_AFTER))


def venue_named(particulars: Particulars, source: str, city: str | None) -> NamedVenue | None:
    """The room that rows of a source name by the same particulars; None where those only say that there is one."""
    mention: dict[str, Any] = {
        field: said for field, said in zip(_FIELDS, particulars, strict=True) if said is not None
    }
    name = mention["name"] = clean(mention["name"])
    if name is None or fold_key(name) in vocabulary().generic_venues:
        return None
    id = mention_uuid(source, city, dumps(mention))
    return NamedVenue(id=id, source=source, city=city, mention=mention)


def read_mention(room: NamedVenue, venue_key: str | None) -> Mention:
    """Take a named room apart."""
    mention, city = room.mention, (room.city or "").replace("_", " ")
    region = mention.get("region")
    region = region.strip().upper() if region and len(region.strip()) == 2 else None
    core, parent_core = _core(mention["name"], town_key(mention.get("town")) or city, region)
    has_point = "latitude" in mention and "longitude" in mention
    return Mention(
        id=room.id,
        source=room.source,
        town=room.city,
        region=region,
        core=core,
        bare_core=_without_town_before(core, town_key(mention.get("town")) or city),
        words=specific_words(core, city),
        parent_core=parent_core,
        street=street_of(mention.get("address")),
        point=(mention["latitude"], mention["longitude"]) if has_point else None,
        venue_key=venue_key,
    )


@lru_cache(maxsize=65_536)
def _core(name: str, town: str, region: str | None) -> tuple[str, str | None]:
    """The core of a venue's name, and of its parent's where it is a smaller room of one."""
    bare = _without_town(_SPONSOR.sub("", _STAGE.sub("", name)) or name, town, region)
    core = _one_spelling(fold_key(_STAGE.sub("", bare) or bare))
    match = _SUB_ROOM.match(core)
    parent = (match["parent"] or match["front"]) if match else None
    return core, parent if parent and not _is_generic(parent) else None


def _one_spelling(key: str) -> str:
    words = [_ONE_SPELLING.get(word) or _ORDINALS.get(word, word) for word in key.split()]
    for article in (0, -1):  # "Grill, The" is the Grill.
        if len(words) > 1 and words[article] == "the":
            del words[article]
    return _EAST_ASIAN_BLANK.sub("", " ".join(words))


def _without_town(name: str, town: str, region: str | None) -> str:
    """A name without the town, or the row's own state, after a comma, a dash, "in" or in brackets.

    "Copper Hall - Duluth, MN" and "Copper Hall - MN" are "Copper Hall".
    """
    state = _STATE_LAST.search(name)
    if state is not None and state[1] == region and state.start() > 0:
        name = name[: state.start()]
    match = re.search(r"\s*(?:,|[-–—|@(]|\sin\s)\s*([^,(|@–—-]+?)(?:,?\s*[A-Z]{2})?\s*\)?\s*$", name)
    if match is None or match.start() == 0 or not town or town_key(match[1]) != town:
        return name
    return name[: match.start()]


@lru_cache(maxsize=65_536)
def _without_town_before(core: str, town: str) -> str:
    rest = core.removeprefix(f"{town} ") if town else core
    return rest if rest != core and " " in rest and _is_generic(rest) else core


def _is_generic(key: str) -> bool:
    return all(word in _GENERIC for word in key.split())


@lru_cache(maxsize=65_536)
def specific_words(core: str, town: str) -> frozenset[str]:
    """The words of a core that tell a room from others: no "hall", no "club", and not the town's own name."""
    words = core.split()
    told = [word for word in words if word not in _GENERIC]
    beyond_town = [word for word in told if word not in town.split()]
    return frozenset(beyond_town or told or words)


def distinctive_part(core: str, words: frozenset[str]) -> str:
    """A core without blanks, and without words that are not among these."""
    return "".join(word for word in core.split() if word in words)


@lru_cache(maxsize=65_536)
def street_of(address: str | None) -> tuple[str, str] | None:
    """House number and street, by its first word that is no compass point: "5433 Ballard Ave NW" is (5433, ballard).

    Where the number stands last, as in much of Europe, the street's whole name: "Hafenstr. 9" is (9, hafenstr).
    """
    printed = (address or "")[:ADDRESS_LIMIT]
    if (match := _NUMBER_LAST.fullmatch(printed)) is not None:
        return match["number"], _STRASSE.sub("str", fold_key(match["street"]))
    match = _STREET.match(printed)
    if match is None:
        return None
    words = [word for word in fold_key(match[2].partition(",")[0]).split() if word not in _COMPASS]
    return (match[1], _ORDINALS.get(words[0], words[0])) if words else None
