"""The application: its routes, and what it holds while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette

from sms_api import pages, rest
from sms_api.calendar import Calendar
from sms_api.catalog import Catalog
from sms_api.middleware import front_door
from sms_api.problems import HANDLERS
from sms_api.readiness import Readiness
from sms_api.search.files import SearchFiles
from sms_api.settings import ApiSettings
from sms_database.settings import get_settings


def create_app(url: str, settings: ApiSettings, clock: Callable[[], datetime]) -> Starlette:
    """The application on the database of `url`, which has its password in it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        catalog = Catalog(url, readers=settings.readers, read_seconds=settings.read_seconds)
        search = SearchFiles(get_settings().sms_home)
        app.state.calendar = Calendar(catalog, settings, clock, search)
        app.state.readiness = Readiness(url, app.state.stopping)
        await app.state.readiness.look()
        watching = asyncio.create_task(app.state.readiness.watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            catalog.close()
            search.close()

    application = Starlette(
        routes=[*rest.ROUTES, *pages.ROUTES],
        middleware=front_door(settings),
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    application.state.stopping = asyncio.Event()
    return application
