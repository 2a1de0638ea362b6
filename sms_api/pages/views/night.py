"""A night: what is on in a scene. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sms_api.pages.addresses import city_path, night_path
from sms_api.pages.views.show_line import ShowLine, show_lines
from sms_api.pages.views.wording import Link, count_words, day_name, nearness, short_day
from sms_catalog.cities import Scene
from sms_catalog.events import CatalogEvent
from sms_text.local_hours import tonight


@dataclass(frozen=True, slots=True, kw_only=True)
class NightView:
    """A night's page."""

    day: str
    """ "Friday 20 November"."""
    near: str | None
    """ "Tonight"."""
    iso: str
    earlier: Link
    later: Link
    count: str
    begun: Sequence[ShowLine]
    """Of tonight, what has begun."""
    coming: Sequence[ShowLine]
    now: str | None
    """The hour, between the two; None where there is nothing on both sides."""
    next_on: Link | None
    """From a night of none, the next one with shows."""


def night_view(
    scene: Scene, night: date, events: Sequence[CatalogEvent], next_night: date | None, now: datetime
) -> NightView:
    """A night of a scene, whose shows these are; `next_night` is the next one that has any."""
    local = now.astimezone(ZoneInfo(scene.timezone))
    this = tonight(local)
    lines = show_lines(events, scene.slug)
    begun = [line for line in lines if night == this and line.begins_at is not None and line.begins_at <= now]
    coming = lines[len(begun) :]
    return NightView(
        day=day_name(night, this),
        near=nearness(night, this),
        iso=night.isoformat(),
        earlier=_neighbour(scene, night - timedelta(days=1), this),
        later=_neighbour(scene, night + timedelta(days=1), this),
        count=count_words(len(lines), "show"),
        begun=begun,
        coming=coming,
        now=f"{local:%H:%M}" if begun and coming else None,
        next_on=None if next_night is None else Link(day_name(next_night, this), night_path(scene.slug, next_night)),
    )


def _neighbour(scene: Scene, night: date, this: date) -> Link:
    path = city_path(scene.slug) if night == this else night_path(scene.slug, night)
    return Link(short_day(night), path)
