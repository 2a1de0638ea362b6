"""The scene that a page is of."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sms_api.problems import Problem
from sms_catalog.cities import Scene, scene_by_slug
from sms_text.local_hours import tonight


def scene_asked(connection: Connection, slug: str) -> Scene:
    """The scene of a slug; raises Problem where there is none."""
    scene = scene_by_slug(connection, slug)
    if scene is None:
        raise Problem(404, f"There is no calendar at /{slug}.")
    return scene


def tonight_in(scene: Scene, now: datetime) -> date:
    """The night that it is on a scene's clock."""
    return tonight(now.astimezone(ZoneInfo(scene.timezone)))
