"""The application: its routes, and what it holds while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette

from sms_api import feeds, graphql, live, pages, rest
from sms_api.calendar import Calendar
from sms_api.cards import keep_cards
from sms_api.catalog import Catalog
from sms_api.edge import EdgeHeaders
from sms_api.feeds.formats import FORMATS
from sms_api.live.feed import Feed
from sms_api.live.open_streams import OpenStreams
from sms_api.middleware import front_door
from sms_api.middleware.kept_responses import KeptResponses
from sms_api.problems import HANDLERS
from sms_api.readiness import Readiness
from sms_api.report_box import ReportBox
from sms_api.search.files import SearchFiles
from sms_api.settings import ApiSettings
from sms_api.usage.book import UsageBook
from sms_api.usage.counters import UsageCounters
from sms_database.session import create_engine_for
from sms_database.settings import get_settings


def create_app(url: str, settings: ApiSettings, clock: Callable[[], datetime], *, publishes: bool = True) -> Starlette:
    """The application on the database of `url`, which has its password in it.

    `publishes`: it numbers the changes that builds write, too; of several processes one does at a time.
    """

    edge = EdgeHeaders(settings.surrogate_keys) if settings.surrogate_keys else None
    kept = KeptResponses(settings.cache_bytes, clock, edge)
    counters = UsageCounters(clock, FORMATS) if settings.usage_days else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        catalog = Catalog(url, readers=settings.readers, read_seconds=settings.read_seconds)
        publisher = create_engine_for(url, pool_size=2, max_overflow=0) if publishes else None
        feed = Feed(catalog, url, publisher, kept)
        streams = OpenStreams(settings.streams, settings.streams_of_network)
        search = SearchFiles(get_settings().sms_home)
        usage = UsageBook(url, counters, days=settings.usage_days) if counters is not None else None
        reports = ReportBox(url, per_hour=settings.reports_per_hour, write_seconds=settings.read_seconds)
        app.state.calendar = Calendar(catalog, settings, clock, feed, streams, search, reports)
        app.state.readiness = Readiness(url, app.state.stopping)
        await app.state.readiness.look()
        beside = [
            asyncio.create_task(work)
            for work in (
                app.state.readiness.watch(),
                feed.run(),
                feed.close_when(app.state.stopping),
                kept.make_outdated(app),
                *([keep_cards(publisher, clock)] if publisher is not None else []),
                *([usage.run(clock)] if usage is not None else []),
            )
        ]
        try:
            yield
        finally:
            feed.close()
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            if publisher is not None:
                publisher.dispose()
            catalog.close()
            reports.close()
            if usage is not None:
                usage.close(clock())
            search.close()

    application = Starlette(
        routes=[*rest.ROUTES, *graphql.ROUTES, *live.ROUTES, *feeds.ROUTES, *pages.ROUTES],
        middleware=front_door(settings, kept, counters),
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    application.state.stopping = asyncio.Event()
    application.state.kept = kept
    application.state.error_page = pages.error_page
    return application
