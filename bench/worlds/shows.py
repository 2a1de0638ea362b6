"""What the made-up world is made of: cities, rooms, shows, and listings with their truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple


class City(NamedTuple):
    """A real city: facts of its scene, with nothing of its rooms."""

    name: str
    region: str
    timezone: str
    latitude: float
    longitude: float

    @property
    def slug(self) -> str:
        """As part of a source's name."""
        return self.name.lower().replace(" ", "-").replace(".", "")


class Room(NamedTuple):
    """A room; `former` is the name that it had until lately. A second room has the street of its house."""

    id: str
    number: int
    name: str
    former: str | None
    street: str
    city: City
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Show:
    """A show as it will be: `start` in minutes after the night's midnight (1,470 is half past midnight), `acts` by
    number in billing order, `price` in the city's currency, `headline` a title that is no act's, `note` early or late.
    """

    id: str
    room: Room
    night: date
    start: int
    acts: tuple[int, ...]
    price: int
    headline: str | None = None
    note: str | None = None

    def with_(self, **values: Any) -> Show:
        """The same show but for some values."""
        return replace(self, **values)


class Listing(NamedTuple):
    """A raw row in exchange form with its truth; `acts` are the names it prints, as they are spelled correctly."""

    row: dict[str, Any]
    show: str
    room: str
    acts: tuple[int, ...]


def _cities() -> tuple[City, ...]:
    table = """
    Seattle|WA|America/Los_Angeles|47.606|-122.332
    Portland|OR|America/Los_Angeles|45.515|-122.678
    San Francisco|CA|America/Los_Angeles|37.775|-122.419
    Los Angeles|CA|America/Los_Angeles|34.052|-118.244
    San Diego|CA|America/Los_Angeles|32.716|-117.161
    Sacramento|CA|America/Los_Angeles|38.582|-121.494
    Las Vegas|NV|America/Los_Angeles|36.170|-115.140
    Boise|ID|America/Boise|43.615|-116.202
    Salt Lake City|UT|America/Denver|40.761|-111.891
    Denver|CO|America/Denver|39.739|-104.990
    Albuquerque|NM|America/Denver|35.084|-106.650
    Phoenix|AZ|America/Phoenix|33.448|-112.074
    Austin|TX|America/Chicago|30.267|-97.743
    Dallas|TX|America/Chicago|32.777|-96.797
    Houston|TX|America/Chicago|29.760|-95.370
    New Orleans|LA|America/Chicago|29.951|-90.072
    Nashville|TN|America/Chicago|36.163|-86.781
    Memphis|TN|America/Chicago|35.150|-90.049
    St. Louis|MO|America/Chicago|38.627|-90.199
    Kansas City|MO|America/Chicago|39.100|-94.579
    Omaha|NE|America/Chicago|41.257|-95.935
    Minneapolis|MN|America/Chicago|44.978|-93.265
    Milwaukee|WI|America/Chicago|43.039|-87.907
    Chicago|IL|America/Chicago|41.878|-87.630
    Detroit|MI|America/Detroit|42.331|-83.046
    Indianapolis|IN|America/Indiana/Indianapolis|39.768|-86.158
    Columbus|OH|America/New_York|39.961|-82.999
    Cleveland|OH|America/New_York|41.499|-81.694
    Pittsburgh|PA|America/New_York|40.441|-79.996
    Philadelphia|PA|America/New_York|39.953|-75.164
    New York|NY|America/New_York|40.713|-74.006
    Boston|MA|America/New_York|42.360|-71.059
    Providence|RI|America/New_York|41.824|-71.413
    Baltimore|MD|America/New_York|39.290|-76.612
    Washington|DC|America/New_York|38.907|-77.037
    Richmond|VA|America/New_York|37.541|-77.436
    Durham|NC|America/New_York|35.994|-78.899
    Atlanta|GA|America/New_York|33.749|-84.388
    Orlando|FL|America/New_York|28.538|-81.379
    Miami|FL|America/New_York|25.762|-80.192
    Toronto|ON|America/Toronto|43.653|-79.383
    Montreal|QC|America/Toronto|45.502|-73.567
    Vancouver|BC|America/Vancouver|49.283|-123.121
    London|England|Europe/London|51.507|-0.128
    Manchester|England|Europe/London|53.481|-2.242
    Dublin|Leinster|Europe/Dublin|53.350|-6.260
    Berlin|Berlin|Europe/Berlin|52.520|13.405
    Melbourne|VIC|Australia/Melbourne|-37.814|144.963
    """
    rows = (line.strip().split("|") for line in table.strip().splitlines())
    return tuple(City(name, region, zone, float(north), float(east)) for name, region, zone, north, east in rows)


CITIES = _cities()
