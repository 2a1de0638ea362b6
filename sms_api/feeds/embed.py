"""A list of shows inside other people's pages: an iframe, a web component, and what oEmbed says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from itertools import groupby
from urllib.parse import urlencode, urlsplit

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.feeds.formats import KEPT_FOR_MINUTES
from sms_api.feeds.reading import resolved_query
from sms_api.feeds.subjects import subject_of, titled
from sms_api.middleware.kept_responses import remember
from sms_api.pages.queries import place_defaults, place_of, query_at
from sms_api.pages.rendering import HTML, page_html, public_url
from sms_api.pages.static_files import static_files
from sms_api.pages.views.show_line import ShowLine, show_lines
from sms_api.problems import Problem
from sms_api.responses import cacheable
from sms_catalog.event_cards import read_events
from sms_catalog.query import Query
from sms_catalog.query_parameters import query_parameters
from sms_catalog.query_scopes import scopes_of
from sms_catalog.words import day_words

MOST_SHOWS = 50
"""Shows of an embedded list; a link leads to all."""

HEIGHT = 480
"""Pixels, unless the page that embeds says otherwise, or lets the web component fit it."""

WIDTH = 480

_SCRIPTS = {"component": "embed-component.js", "frame": "embed-frame.js"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedList:
    """What stands in the frame."""

    title: str
    page: str
    """The whole address of the page with all of it."""
    nights: Sequence[tuple[str, Sequence[ShowLine]]]
    has_more: bool


@dataclass(frozen=True, slots=True)
class _Read:
    shown: EmbeddedList
    scopes: Sequence[str]
    holds_until: datetime


async def embedded(request: Request) -> Response:
    """/embed and the path of a page with shows, with its parameters: the list alone, which any page may frame."""
    calendar = calendar_of(request)
    place = place_of(request.path_params["page"], calendar.settings.city)
    if place is None:
        raise Problem(404, "There is nothing to embed at this address.")
    defaults = await place_defaults(request, place)
    query = query_at(request, place, defaults)
    site, home_city, now = public_url(request), calendar.settings.city, calendar.clock()

    def read(connection: Connection) -> _Read:
        subject = subject_of(connection, place, defaults)
        resolved = resolved_query(connection, query, home_city, now)
        parameters = query_parameters(query, defaults=defaults)
        page = f"{site}{subject.path}{f'?{urlencode(parameters)}' if parameters else ''}"
        shown = _list(connection, resolved.query, titled(subject, parameters), page, place.city)
        return _Read(shown, scopes_of(resolved.query), resolved.holds_until)

    found = await calendar.catalog.read(read)
    remember(request, found.scopes, found.holds_until)
    html = page_html("embed.html", shown=found.shown, site=site)
    return cacheable(
        request,
        html,
        media_type=HTML,
        cache_control=KEPT_FOR_MINUTES,
        headers={"link": f'<{found.shown.page}>; rel="canonical"', "x-robots-tag": "noindex"},
    )


async def script(request: Request) -> Response:
    """The web component, and what the frame itself runs, each at an address that stays."""
    name = _SCRIPTS.get(request.path_params["name"])
    if name is None:
        raise Problem(404, "There is no such script.")
    served = static_files()[name]
    return cacheable(request, served.body, media_type=served.type, cache_control="public, max-age=3600")


async def oembed(request: Request) -> Response:
    """How to embed a page of ours (https://oembed.com/): the address is in `url`."""
    asked = request.query_params
    if asked.get("format", "json") != "json":
        raise Problem(501, "format: this is given as json only.")
    site = public_url(request)
    address = asked.get("url", "")
    parts = urlsplit(address)
    calendar = calendar_of(request)
    place = place_of(parts.path, calendar.settings.city) if address.startswith(f"{site}/") else None
    if place is None:
        raise Problem(404, "url: give the whole address of a page of ours that has shows on it.")
    subject = await calendar.catalog.read(subject_of, place, await place_defaults(request, place))
    title = escape(subject.title)
    width, height = _size(asked.get("maxwidth"), WIDTH), _size(asked.get("maxheight"), HEIGHT)
    source = f"{site}/embed{parts.path}{f'?{parts.query}' if parts.query else ''}"
    told = {
        "type": "rich",
        "version": "1.0",
        "title": subject.title,
        "provider_name": "Live music calendar",
        "provider_url": f"{site}/",
        "cache_age": 86_400,
        "width": width,
        "height": height,
        "html": f'<iframe src="{escape(source)}" width="{width}" height="{height}" title="{title}" '
        'loading="lazy" style="border:0"></iframe>',
    }
    return cacheable(request, msgspec.json.encode(told), cache_control=KEPT_FOR_MINUTES)


def _list(connection: Connection, query: Query, title: str, page: str, home: str | None) -> EmbeddedList:
    events = read_events(connection, replace(query, limit=MOST_SHOWS + 1))
    lines = [(event.night, line) for event in events[:MOST_SHOWS] for line in show_lines([event], home)]
    nights = [(day_words(night), [line for _, line in of_night]) for night, of_night in groupby(lines, lambda x: x[0])]
    return EmbeddedList(title=title, page=page, nights=nights, has_more=len(events) > MOST_SHOWS)


def _size(asked: str | None, usual: int) -> int:
    if asked is None:
        return usual
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 5 and int(asked) > 0):
        raise Problem(422, "maxwidth and maxheight are numbers of pixels.")
    return min(usual, int(asked))
