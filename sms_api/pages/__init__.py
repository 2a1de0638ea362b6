"""Pages for people, rendered on the server."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from sms_api.pages import about, nights, profiles, reports, search, shows, sitemaps, trends
from sms_api.pages.errors import error_page
from sms_api.pages.static_files import favicon, static_file

__all__ = ["ROUTES", "error_page"]

ROUTES: list[BaseRoute] = [
    Route("/", nights.night_page),
    Route("/search", search.search_page),
    Route("/sources", about.sources_page),
    Route("/about", about.about_page),
    Route("/events/{name}", shows.show_page),
    Route("/venues/{name}", profiles.venue_page),
    Route("/artists/{name}", profiles.artist_page),
    *reports.ROUTES,
    Route("/robots.txt", sitemaps.robots),
    Route("/sitemap.xml", sitemaps.sitemap_index),
    Route("/sitemaps/{name}", sitemaps.sitemap),
    Route("/favicon.ico", favicon),
    Route("/static/{name}", static_file),
    Route("/{city}", nights.night_page),
    Route("/{city}/week", nights.week_page),
    Route("/{city}/map", nights.map_page),
    Route("/{city}/trends", trends.trends_page),
    Route("/{city}/{day}", nights.night_page),
]
"""A scene's own addresses come last: no other page may have its slug."""
