"""The application: its routes, and what it holds while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette

from sms_api import pages, rest
from sms_api.calendar import Calendar
from sms_api.catalog import Catalog
from sms_api.middleware import front_door
from sms_api.problems import HANDLERS
from sms_api.settings import ApiSettings


def create_app(url: str, settings: ApiSettings, clock: Callable[[], datetime]) -> Starlette:
    """The application on the database of `url`, which has its password in it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        catalog = Catalog(url, readers=settings.readers, read_seconds=settings.read_seconds)
        app.state.calendar = Calendar(catalog, settings, clock)
        try:
            yield
        finally:
            catalog.close()

    application = Starlette(
        routes=[*rest.ROUTES, *pages.ROUTES],
        middleware=front_door(settings),
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    application.state.error_page = pages.error_page
    return application
