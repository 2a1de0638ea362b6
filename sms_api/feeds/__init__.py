"""The catalog in the forms that programs read: feeds, bulk files, embedded lists."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from sms_api.feeds import bulk, path_parts
from sms_api.feeds.embed import embedded, oembed, script
from sms_api.feeds.llms import llms_txt
from sms_api.feeds.suffixes import events_feed, page_feed
from sms_api.rest.trends import trends_csv

path_parts.register()

ROUTES: list[BaseRoute] = [
    *bulk.ROUTES,
    Route("/llms.txt", llms_txt),
    Route("/oembed", oembed),
    Route("/embed/{name}.js", script),
    Route("/embed/{page:page}", embedded),
    Route("/v1/trends.csv", trends_csv),
    Route("/v1/events.{ending:ending}", events_feed),
    Route("/{page:page}.{ending:ending}", page_feed),
]
"""Behind /openapi.json and what else has a name of its own; before the pages, whose paths would take any ending."""
