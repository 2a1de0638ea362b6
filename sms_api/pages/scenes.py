"""The scene that a page is of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sms_api.problems import Problem
from sms_catalog.cities import Scene, scene_by_slug
from sms_text.local_hours import NIGHT_ENDS, tonight


def scene_asked(connection: Connection, slug: str) -> Scene:
    """The scene of a slug; raises Problem where there is none."""
    scene = scene_by_slug(connection, slug)
    if scene is None:
        raise Problem(404, f"There is no calendar at /{slug}.")
    return scene


def tonight_in(scene: Scene, now: datetime) -> date:
    """The night that it is on a scene's clock."""
    return tonight(now.astimezone(ZoneInfo(scene.timezone)))


def same_until(scene: Scene | None, now: datetime, age: timedelta) -> datetime:
    """When a page made now is too old: after an age, and when the night ends, which makes tonight last night."""
    if scene is None:
        return now + age
    zone = ZoneInfo(scene.timezone)
    night_ends = datetime.combine(tonight_in(scene, now) + timedelta(days=1), time(NIGHT_ENDS), zone)
    return min(now + age, night_ends.astimezone(UTC))
