"""The catalog in the forms that programs read: feeds, bulk files, embedded lists."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from sms_api.feeds.suffixes import events_feed, page_feed

ROUTES: list[BaseRoute] = [
    Route("/v1/events.{ending:ending}", events_feed),
    Route("/{page:page}.{ending:ending}", page_feed),
]
"""Behind /openapi.json and what else has a name of its own; before the pages, whose paths would take any ending."""
