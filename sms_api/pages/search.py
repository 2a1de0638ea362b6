"""Search: artists and rooms above shows."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sms_api.calendar import calendar_of
from sms_api.pages.queries import asked_query, coming, given_parameters, query_tail
from sms_api.pages.rendering import frame_of, page_response
from sms_api.pages.scenes import tonight_in
from sms_api.pages.views.search import search_view
from sms_api.search.find import Found, find
from sms_catalog.cities import Scene, scene_by_slug
from sms_catalog.query import Query, resolve

MOST_FOUND = 100


async def search_page(request: Request) -> Response:
    """The shows to come that have the words, with the artists and rooms that are called so."""
    given = given_parameters(request)
    if len(given) < len(request.query_params.multi_items()):
        return RedirectResponse("/search" + (f"?{urlencode(given)}" if given else ""), 303)
    calendar = calendar_of(request)
    scene, query, defaults, found, today = await calendar.catalog.read(_read, request, calendar.clock())
    asked = next((value for name, value in given if name == "q"), "")
    if found is not None:
        request.state.found = bool(found.events or found.artists or found.venues)
    view = search_view(asked, found, scene.slug if scene else None, today)
    frame = frame_of(
        request,
        scene,
        title=f"{asked}: search" if asked else "Search live music",
        description="Search shows, artists and rooms.",
        path="/search",
        tail=query_tail(query, defaults),
        suffixes=("json", "ics", "atom") if asked else (),
        is_indexed=not asked,
    )
    return page_response(request, "search.html", frame=frame, view=view)


def _read(
    connection: Connection, request: Request, now: datetime
) -> tuple[Scene | None, Query, Query, Found | None, date]:
    scene = scene_by_slug(connection, calendar_of(request).settings.city)
    today = tonight_in(scene, now) if scene else now.date()
    defaults = coming(today)
    query = asked_query(request, defaults)
    if query == defaults:
        return scene, query, defaults, None, today
    resolved = resolve(query, now, scene.timezone if scene else "UTC")
    found = find(connection, calendar_of(request).search, resolved, limit=MOST_FOUND, cursor=None)
    return scene, query, defaults, found, today
