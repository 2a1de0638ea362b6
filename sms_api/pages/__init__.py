"""Pages for people, rendered on the server."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from sms_api.pages import nights
from sms_api.pages.errors import error_page
from sms_api.pages.static_files import favicon, static_file

__all__ = ["ROUTES", "error_page"]

ROUTES: list[BaseRoute] = [
    Route("/", nights.home),
    Route("/static/{name}", static_file),
    Route("/favicon.ico", favicon),
    Route("/{city}", nights.tonight_page),
    Route("/{city}/{day}", nights.night_page),
]
