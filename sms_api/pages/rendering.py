"""From what a page shows to its HTML."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.middleware.kept_responses import remember
from sms_api.pages.addresses import city_path
from sms_api.pages.static_files import static_path
from sms_api.pages.views.frame import Embed, Frame, alternates, navigation
from sms_api.pages.views.wording import Link
from sms_api.responses import cacheable
from sms_catalog.cities import Scene
from sms_catalog.query import Query
from sms_catalog.query_parameters import query_parameters

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Holds:
    """How long a page says the same."""

    scopes: Collection[str]
    """It is made from these (`sms_database.scopes`): until one of them changes."""
    until: datetime
    """At the latest: it tells ages, and which night is tonight."""


@cache
def environment() -> Environment:
    """Templates in which all text is escaped and no name may be unknown."""
    templates = Environment(
        loader=PackageLoader("sms_api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals["static"] = static_path
    return templates


def public_url(request: Request) -> str:
    """The address under which readers reach the server, without a slash at its end."""
    return calendar_of(request).settings.public_url or str(request.base_url).rstrip("/")


def frame_of(
    request: Request,
    scene: Scene | None,
    *,
    title: str,
    description: str,
    path: str | None,
    tail: str = "",
    suffixes: Sequence[str] = (),
    is_indexed: bool = True,
    asked: str = "",
    followed: Query | None = None,
    past: str | None = None,
) -> Frame:
    """What a page has around it. `path` is its canonical one, whose other forms have these suffixes; `tail`
    begins with "?". The page takes itself in anew when something changes that `followed` looks at.
    `past` names the time that it tells of, where that is not now.
    """
    address = public_url(request)
    return Frame(
        title=title,
        description=description,
        canonical=None if path is None else address + path + tail,
        place=scene.name if scene else None,
        home=city_path(scene.slug) if scene else "/",
        navigation=navigation(scene, city_path(scene.slug) if scene and request.url.path == "/" else request.url.path),
        alternates=() if path is None else alternates(address + path, tail, suffixes),
        embed=Embed(f"{address}/embed{path}{tail}", f"{address}/embed/component.js") if path and suffixes else None,
        is_indexed=is_indexed and past is None,
        past=None if past is None else Link(past, path or "/"),
        asked=asked,
        live=None if followed is None else urlencode(query_parameters(followed)),
    )


def page_html(template: str, **shown: Any) -> bytes:
    """The HTML of a page."""
    return environment().get_template(template).render(**shown).encode()


def page_response(
    request: Request,
    template: str,
    holds: Holds | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    **shown: Any,
) -> Response:
    """The page, which a browser keeps and asks for again by its ETag, and the server as long as it holds."""
    if holds is not None:
        remember(request, holds.scopes, holds.until)
    return cacheable(request, page_html(template, **shown), media_type=HTML, headers=headers)
