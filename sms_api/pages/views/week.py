"""Several nights: a list of each, and a grid of rooms and nights. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sms_api.pages.addresses import night_path
from sms_api.pages.views.show_line import Room, ShowLine, in_order, show_line
from sms_api.pages.views.wording import count_words, day_name, nearness, short_day
from sms_catalog.cities import Scene
from sms_catalog.events import CatalogEvent
from sms_text.local_hours import tonight

MOST_IN_GRID = 400
"""Shows that a grid holds; where there are more, the list alone is shorter to load and to read."""

MOST_OF_NIGHT = 40
"""Shows of a night that the list shows where there are more than a grid holds; the night's own page has the rest."""


@dataclass(frozen=True, slots=True)
class WeekNight:
    """A night in the list."""

    day: str
    near: str | None
    short: str
    path: str
    lines: Sequence[ShowLine]
    more: int
    """Shows that only the night's own page has."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A room with its shows, night by night."""

    room: Room
    nights: Sequence[Sequence[ShowLine]]


@dataclass(frozen=True, slots=True)
class WeekView:
    """The page of a week."""

    span: str
    count: str
    nights: Sequence[WeekNight]
    grid: Sequence[GridRow]


def week_view(scene: Scene, first: date, last: date, events: Sequence[CatalogEvent], now: datetime) -> WeekView:
    """The nights from `first` to `last` of a scene, whose shows these are."""
    this = tonight(now.astimezone(ZoneInfo(scene.timezone)))
    nights = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    of_night: dict[date, list[ShowLine]] = defaultdict(list)
    of_room: dict[str, dict[date, list[ShowLine]]] = defaultdict(lambda: defaultdict(list))
    rooms: dict[str, Room] = {}
    for event in sorted(events, key=in_order):
        line = show_line(event, scene.slug)
        of_night[event.night].append(line)
        if line.room is not None:
            rooms[line.room.path] = line.room
            of_room[line.room.path][event.night].append(line)
    is_large = len(events) > MOST_IN_GRID
    cut = MOST_OF_NIGHT if is_large else len(events)
    return WeekView(
        span=f"{short_day(first)} to {short_day(last, this)}",
        count=count_words(len(events), "show"),
        nights=[
            WeekNight(
                day_name(night, this),
                nearness(night, this),
                short_day(night),
                night_path(scene.slug, night),
                of_night[night][:cut],
                max(0, len(of_night[night]) - cut),
            )
            for night in nights
        ],
        grid=()
        if is_large
        else [
            GridRow(room, [of_room[path][night] for night in nights])
            for path, room in sorted(rooms.items(), key=lambda item: item[1].name.casefold().removeprefix("the "))
        ],
    )
