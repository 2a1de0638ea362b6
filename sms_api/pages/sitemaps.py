"""What search engines are told: robots.txt, and sitemaps by scene and month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import artist_path, city_path, day_of, event_path, map_path, venue_path, week_path
from sms_api.pages.rendering import public_url
from sms_api.problems import Problem
from sms_api.responses import cacheable
from sms_catalog.cities import scene_by_slug
from sms_catalog.records import utc
from sms_catalog.sitemaps import (
    MonthOfEvents,
    artists_of_scene,
    events_of_month,
    months_of_events,
    venues_of_scene,
)

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

_NAME = re.compile(r"(.+)-(venues|artists|[0-9]{4}-[0-9]{2})\.xml")

Address = tuple[str, datetime | None]
"""A path, and when what is there last changed, where that is known."""


async def robots(request: Request) -> Response:
    """Robots are welcome, but to searches, which have no end, and to forms."""
    lines = (
        "User-agent: *",
        "Disallow: /search?",
        "Disallow: /*/report",
        f"Sitemap: {public_url(request)}/sitemap.xml",
        "",
    )
    return cacheable(request, "\n".join(lines).encode(), media_type="text/plain; charset=utf-8")


async def sitemap_index(request: Request) -> Response:
    """The sitemaps: of each scene its months, its venues and its artists."""
    months = await calendar_of(request).catalog.read(months_of_events)
    names = [f"{month.city}-{month.first_day:%Y-%m}" for month in months]
    for city in dict.fromkeys(month.city for month in months):
        names += [f"{city}-venues", f"{city}-artists"]
    return _xml(request, "sitemapindex", "sitemap", [(f"/sitemaps/{name}.xml", None) for name in names])


async def sitemap(request: Request) -> Response:
    """One of them."""
    name = _NAME.fullmatch(request.path_params["name"])
    addresses = await calendar_of(request).catalog.read(_addresses, name[1], name[2]) if name else []
    if not addresses:
        raise Problem(404, "There is no such sitemap.")
    return _xml(request, "urlset", "url", addresses)


def _addresses(connection: Connection, city: str, part: str) -> list[Address]:
    if scene_by_slug(connection, city) is None:
        return []
    if part == "venues":
        pages: list[Address] = [(path, None) for path in (city_path(city), week_path(city), map_path(city))]
        return pages + [(venue_path(*venue), None) for venue in venues_of_scene(connection, city)]
    if part == "artists":
        return [(artist_path(*artist), None) for artist in artists_of_scene(connection, city)]
    first_day = day_of(f"{part}-01")
    if first_day is None:
        return []
    return list(_of_month(connection, MonthOfEvents(city, first_day)))


def _of_month(connection: Connection, month: MonthOfEvents) -> Iterator[Address]:
    for event in events_of_month(connection, month):
        yield event_path(event.id, event.event_day, event.title), event.revised_at


def _xml(request: Request, root: str, element: str, addresses: list[Address]) -> Response:
    base = public_url(request)
    body = "".join(
        f"<{element}><loc>{escape(base + path)}</loc>"
        + (f"<lastmod>{utc(changed_at.replace(microsecond=0))}</lastmod>" if changed_at else "")
        + f"</{element}>\n"
        for path, changed_at in addresses
    )
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{body}</{root}>\n'
    return cacheable(request, document.encode(), media_type="application/xml")
