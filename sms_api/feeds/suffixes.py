"""Pages and /v1/events under other endings: what is asked is the same, and has another form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.feeds.feed import Feed
from sms_api.feeds.formats import FORMATS, Format
from sms_api.feeds.reading import FeedRequest, read_feed, resolved_query
from sms_api.middleware.kept_responses import remember
from sms_api.pages.queries import Place, given_parameters, place_defaults, place_of, query_at
from sms_api.pages.rendering import public_url
from sms_api.problems import Problem, wrong_parameters
from sms_api.responses import cacheable
from sms_catalog.query import Query
from sms_catalog.query_problems import QueryProblem, quoted
from sms_catalog.query_scopes import scopes_of

OWN_PARAMETERS = ("cancelled", "cursor")
"""Beside those of the query: `hide` leaves out what is cancelled; where the last document ended."""


async def page_feed(request: Request) -> Response:
    """The answer of a page, in the form of the address's ending."""
    place = place_of(request.url.path, calendar_of(request).settings.city)
    if place is None:
        raise Problem(404, "There is nothing at this address.")
    return await _answer(request, place, await place_defaults(request, place))


async def events_feed(request: Request) -> Response:
    """The events of any query, in the form of the address's ending."""
    return await _answer(request, None, Query())


async def _answer(request: Request, place: Place | None, defaults: Query) -> Response:
    calendar = calendar_of(request)
    given = dict(given_parameters(request))
    cancelled = given.get("cancelled", "show")
    if cancelled not in ("show", "hide"):
        raise wrong_parameters([QueryProblem("cancelled", f"{quoted(cancelled)} is neither show nor hide")])
    asked = FeedRequest(
        suffix=request.path_params["ending"],
        site=public_url(request),
        home_city=calendar.settings.city,
        place=place,
        defaults=defaults,
        query=query_at(request, place, defaults, OWN_PARAMETERS),
        hides_cancelled=cancelled == "hide",
        cursor=given.get("cursor"),
    )
    form = FORMATS[asked.suffix]
    now = calendar.clock()
    document = await calendar.catalog.read(_document, asked, now, form)
    remember(request, document.scopes, document.holds_until)
    return cacheable(
        request,
        document.body,
        media_type=form.media_type,
        cache_control=form.cache_control,
        headers={"link": _links(document.feed)},
    )


@dataclass(frozen=True, slots=True)
class _Document:
    feed: Feed
    body: bytes
    scopes: Sequence[str]
    holds_until: datetime


def _document(connection: Connection, asked: FeedRequest, now: datetime, form: Format) -> _Document:
    """Made in the thread that reads, so that a long document keeps nobody waiting."""
    resolved = resolved_query(connection, asked.query, asked.home_city, now)
    feed = read_feed(connection, asked, resolved.query)
    return _Document(feed, form.render(feed), scopes_of(resolved.query), resolved.holds_until)


def _links(feed: Feed) -> str:
    links = [f'<{feed.page}>; rel="canonical"']
    if feed.next_address is not None:
        links.append(f'<{feed.next_address}>; rel="next"')
    return ", ".join(links)
