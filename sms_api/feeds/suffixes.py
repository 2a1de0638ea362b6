"""Pages and /v1/events under other endings: what is asked is the same, and has another form."""

from __future__ import annotations

import re

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.feeds.feed import Feed
from sms_api.feeds.formats import FORMATS, Format
from sms_api.feeds.reading import FeedRequest, read_feed
from sms_api.open_reads import SUFFIXES
from sms_api.pages.queries import given_parameters, place_defaults, place_of, query_at
from sms_api.pages.rendering import public_url
from sms_api.problems import Problem
from sms_api.responses import cacheable
from sms_catalog.query import Query
from sms_catalog.query_problems import InvalidQuery

OWN_PARAMETERS = ("cancelled", "cursor")
"""Beside those of the query: `hide` leaves out what is cancelled; where the last document ended."""


class _Ending(Convertor[str]):
    regex = "|".join(map(re.escape, SUFFIXES))

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Page(Convertor[str]):
    """A path of which no part has an ending."""

    regex = "[^.]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("ending", _Ending())
register_url_convertor("page", _Page())


async def page_feed(request: Request) -> Response:
    """The answer of a page, in the form of the address's ending."""
    place = place_of(request.url.path, calendar_of(request).settings.city)
    if place is None:
        raise Problem(404, "There is nothing at this address.")
    defaults = await place_defaults(request, place)
    return await _answer(request, FeedRequest(**_asked(request), place=place, defaults=defaults, query=query_at(
        request, place, defaults, OWN_PARAMETERS)))


async def events_feed(request: Request) -> Response:
    """The events of any query, in the form of the address's ending."""
    query = query_at(request, None, Query(), OWN_PARAMETERS)
    return await _answer(request, FeedRequest(**_asked(request), place=None, defaults=Query(), query=query))


def _asked(request: Request) -> dict[str, object]:
    given = dict(given_parameters(request))
    cancelled = given.get("cancelled", "show")
    if cancelled not in ("show", "hide"):
        raise Problem(422, f"cancelled: {cancelled[:40]!r} is neither 'show' nor 'hide'")
    return {
        "suffix": request.path_params["ending"],
        "site": public_url(request),
        "home_city": calendar_of(request).settings.city,
        "hides_cancelled": cancelled == "hide",
        "cursor": given.get("cursor"),
    }


async def _answer(request: Request, asked: FeedRequest) -> Response:
    calendar = calendar_of(request)
    form = FORMATS[asked.suffix]
    try:
        feed, body = await calendar.catalog.read(_document, asked, calendar.clock(), form)
    except InvalidQuery as problem:
        raise Problem(422, str(problem)) from None
    return cacheable(
        request,
        body,
        media_type=form.media_type,
        cache_control=form.cache_control,
        headers={"link": _links(feed)},
    )


def _document(connection: Connection, asked: FeedRequest, now: datetime, form: Format) -> tuple[Feed, bytes]:
    """Made in the thread that reads, so that a long document keeps nobody waiting."""
    feed = read_feed(connection, asked, now)
    return feed, form.render(feed)


def _links(feed: Feed) -> str:
    links = [f'<{feed.page}>; rel="canonical"']
    if feed.next_address is not None:
        links.append(f'<{feed.next_address}>; rel="next"')
    return ", ".join(links)
