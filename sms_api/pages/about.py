"""The sources and how old their word is; how it works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.pages.rendering import frame_of, page_response
from sms_api.pages.views.sources import sources_view
from sms_catalog.cities import Scene, scene_by_slug, scenes
from sms_catalog.sources import SourceAge, source_ages


async def sources_page(request: Request) -> Response:
    """How old each source's word is, and how its last crawl went."""
    calendar = calendar_of(request)
    now = calendar.clock()
    ages, scene = await calendar.catalog.read(_ages, now.date(), calendar.settings.city)
    view = sources_view(ages, now)
    frame = frame_of(
        request,
        scene,
        title="Sources, and how old their word is",
        description=f"Whom this calendar copies from, and when it last did: {view.summary}",
        path="/sources",
    )
    return page_response(request, "sources.html", frame=frame, view=view)


async def about_page(request: Request) -> Response:
    """How it works."""
    calendar = calendar_of(request)
    all_scenes = await calendar.catalog.read(scenes)
    scene = next((scene for scene in all_scenes if scene.slug == calendar.settings.city), None)
    frame = frame_of(
        request,
        scene,
        title="How this calendar works",
        description="Where what it says comes from, what its words mean, and what it does not know.",
        path="/about",
    )
    return page_response(request, "about.html", frame=frame, scenes=all_scenes)


def _ages(connection: Connection, today: date, city: str) -> tuple[Sequence[SourceAge], Scene | None]:
    return source_ages(connection, today), scene_by_slug(connection, city)
