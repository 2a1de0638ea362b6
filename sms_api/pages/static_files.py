"""Style, face and icon, under names that change with their content, so that browsers keep them for good."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sms_api.problems import Problem

FOR_GOOD = "public, max-age=31536000, immutable"

TYPES: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "woff2": "font/woff2",
}

_REFERENCE = re.compile(r'url\("([a-z0-9.-]+)"\)')
"""By which a style sheet names another file of ours."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served."""

    path: str
    body: bytes
    type: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Every file by the name that it has in the package."""
    found = {
        entry.name: entry.read_bytes()
        for entry in files("sms_api.pages").joinpath("static").iterdir()
        if entry.is_file() and entry.name.rpartition(".")[2] in TYPES
    }
    served = {name: _served(name, body) for name, body in found.items() if not name.endswith(".css")}
    sheets = {
        name: _served(name, _REFERENCE.sub(lambda other: f'url("{served[other[1]].path}")', _brief(body)).encode())
        for name, body in found.items()
        if name.endswith(".css")
    }
    return served | sheets


def _brief(sheet: bytes) -> str:
    """A style sheet without what only its authors read: comments, and space around its signs."""
    bare = re.sub(r"/\*.*?\*/", "", sheet.decode(), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", bare).replace(";}", "}").strip()


@cache
def static_path(name: str) -> str:
    """The address of a file, by its name in the package."""
    return static_files()[name].path


async def static_file(request: Request) -> Response:
    """The file of an address."""
    served = _by_path().get(request.url.path)
    if served is None:
        raise Problem(404, "There is no such file.")
    return Response(served.body, headers={"cache-control": FOR_GOOD}, media_type=served.type)


async def favicon(_: Request) -> Response:
    """Where browsers look for an icon that no page names."""
    return RedirectResponse(static_path("icon.svg"), 301)


@cache
def _by_path() -> Mapping[str, StaticFile]:
    return {served.path: served for served in static_files().values()}


def _served(name: str, body: bytes) -> StaticFile:
    stem, _, kind = name.rpartition(".")
    return StaticFile(f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:10]}.{kind}", body, TYPES[kind])
