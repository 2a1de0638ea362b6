"""Where the rooms of a night are: dots on plain ground, and a list. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from math import cos, radians
from zoneinfo import ZoneInfo

from sms_api.pages.views.show_line import Room, ShowLine, in_order, show_line
from sms_api.pages.views.wording import count_words, day_name, nearness, short_day
from sms_catalog.cities import Scene
from sms_catalog.events import CatalogEvent, EventVenue
from sms_text.local_hours import tonight

WIDTH = 480
"""Units of the drawing, which is as wide as the page."""

_MARGIN = 24
_KM_OF_DEGREE = 111.32
_LEAST_KM = 1.0
"""What a drawing shows at least, so that a single room has some ground around it."""
_TALLEST = 1.4
"""Height of a drawing to its width, at most."""

_NEAR = (52, 16)
"""Units across and down between dots, below which two are drawn as one: a dot with its numbers is as large."""

_SCALES = (0.5, 1, 2, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """Rooms that are drawn at one place."""

    x: float
    y: float
    place: str
    """Longitude and latitude in degrees: "-122.3201,47.6143"."""
    radius: float
    numbers: str
    """Of its rooms in the list: "3", "4–6"."""
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class MappedShow:
    """A show in a room of the list."""

    day: str
    """Where the map is of several nights."""
    line: ShowLine


@dataclass(frozen=True, slots=True)
class MappedRoom:
    """A room in the list, by the number at its dot."""

    number: int
    room: Room
    address: str
    shows: Sequence[MappedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The page of a map."""

    span: str
    near: str | None
    day: str
    count: str
    width: int
    height: int
    dots: Sequence[Dot]
    scale_km: str
    scale_width: float
    rooms: Sequence[MappedRoom]
    unplaced: Sequence[ShowLine]
    """Shows in rooms whose place is unknown."""


def map_view(scene: Scene, first: date, last: date, events: Sequence[CatalogEvent], now: datetime) -> MapView:
    """The rooms of these shows, from west to east in their numbers."""
    this = tonight(now.astimezone(ZoneInfo(scene.timezone)))
    placed: dict[str, tuple[EventVenue, Room, list[MappedShow]]] = {}
    unplaced = []
    for event in sorted(events, key=in_order):
        line, venue = show_line(event, scene.slug), event.venue
        if venue is None or venue.latitude is None or venue.longitude is None or line.room is None:
            unplaced.append(line)
        else:
            day = short_day(event.night) if first < last else ""
            placed.setdefault(line.room.path, (venue, line.room, []))[2].append(MappedShow(day, line))
    in_list = sorted(placed.values(), key=lambda item: (item[0].longitude or 0, item[0].name))
    ground = _Ground.of([(venue.latitude or 0, venue.longitude or 0) for venue, *_ in in_list])
    rooms = [
        MappedRoom(number, room, venue.address or "", shows)
        for number, (venue, room, shows) in enumerate(in_list, start=1)
    ]
    scale = max((km for km in _SCALES if km * ground.units_of_km <= WIDTH / 3), default=_SCALES[0])
    return MapView(
        span=short_day(first) if first == last else f"{short_day(first)} to {short_day(last)}",
        near=nearness(first, this) if first == last else None,
        day=day_name(first, this) if first == last else f"{short_day(first)} to {short_day(last)}",
        count=f"{count_words(len(events), 'show')} in {count_words(len(rooms), 'room')}",
        width=WIDTH,
        height=ground.height,
        dots=_dots(
            [ground.point(venue.latitude or 0, venue.longitude or 0) for venue, *_ in in_list],
            [f"{venue.longitude:.5f},{venue.latitude:.5f}" for venue, *_ in in_list],
            rooms,
        ),
        scale_km=f"{scale:g} km",
        scale_width=round(scale * ground.units_of_km, 1),
        rooms=rooms,
        unplaced=unplaced,
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """From degrees to units of the drawing; over a city the earth is flat enough."""

    west: float
    north: float
    units_of_km: float
    km_of_longitude: float
    height: int

    @classmethod
    def of(cls, places: Sequence[tuple[float, float]]) -> _Ground:
        if not places:
            return cls(0, 0, 1, _KM_OF_DEGREE, WIDTH // 2)
        south, north = min(lat for lat, _ in places), max(lat for lat, _ in places)
        west, east = min(lon for _, lon in places), max(lon for _, lon in places)
        km_of_longitude = _KM_OF_DEGREE * cos(radians((south + north) / 2))
        wide, tall = max((east - west) * km_of_longitude, _LEAST_KM), max((north - south) * _KM_OF_DEGREE, _LEAST_KM)
        inner = WIDTH - 2 * _MARGIN
        units = min(inner / wide, (_TALLEST * WIDTH - 2 * _MARGIN) / tall)
        return cls(
            west=(west + east) / 2 - inner / units / km_of_longitude / 2,
            north=(south + north) / 2 + tall / _KM_OF_DEGREE / 2,
            units_of_km=units,
            km_of_longitude=km_of_longitude,
            height=round(tall * units) + 2 * _MARGIN,
        )

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        x = _MARGIN + (longitude - self.west) * self.km_of_longitude * self.units_of_km
        y = _MARGIN + (self.north - latitude) * _KM_OF_DEGREE * self.units_of_km
        return round(x, 1), round(y, 1)


def _dots(points: Sequence[tuple[float, float]], places: Sequence[str], rooms: Sequence[MappedRoom]) -> list[Dot]:
    """A dot for each room, or for several that would lie on each other."""
    groups: list[list[int]] = []
    for number, (x, y) in enumerate(points):
        near = (g for g in groups if abs(points[g[0]][0] - x) < _NEAR[0] and abs(points[g[0]][1] - y) < _NEAR[1])
        if (group := next(near, None)) is not None:
            group.append(number)
        else:
            groups.append([number])
    return [_dot(points[group[0]], places[group[0]], [rooms[index] for index in group]) for group in groups]


def _dot(point: tuple[float, float], place: str, rooms: Sequence[MappedRoom]) -> Dot:
    numbers = _numbers([each.number for each in rooms])
    return Dot(
        x=point[0],
        y=point[1],
        place=place,
        radius=5 + 1.5 * min(6, len(rooms) - 1),
        numbers=numbers,
        title=f"{numbers}: {', '.join(each.room.name for each in rooms)}",
        anchor=f"room-{rooms[0].number}",
    )


def _numbers(numbers: Sequence[int]) -> str:
    """ "3", "4–6, 9"."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
