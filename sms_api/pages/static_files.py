"""Style, face and icon, under names that change with their content, so that browsers keep them for good."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import brotli
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sms_api.middleware.compression import chosen_encoding
from sms_api.problems import Problem

FOR_GOOD = "public, max-age=31536000, immutable"

TYPES: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "woff2": "font/woff2",
}

_LARGE = 100_000
"""Bytes of a text from which on it is compressed once, and kept so."""

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
    headers = {"cache-control": FOR_GOOD}
    encoding = chosen_encoding(request.headers.get("accept-encoding", ""))
    if encoding is None or len(served.body) < _LARGE:
        return Response(served.body, headers=headers, media_type=served.type)
    body = await asyncio.to_thread(_compressed, served.path, encoding)
    return Response(
        body, headers=headers | {"content-encoding": encoding, "vary": "Accept-Encoding"}, media_type=served.type
    )


@cache
def _compressed(path: str, encoding: str) -> bytes:
    """A file in fewer bytes, made once: a large one would cost each reader's request tens of milliseconds."""
    body = _by_path()[path].body
    return brotli.compress(body, quality=9) if encoding == "br" else gzip.compress(body)


async def favicon(_: Request) -> Response:
    """Where browsers look for an icon that no page names."""
    return RedirectResponse(static_path("icon.svg"), 301)


@cache
def _by_path() -> Mapping[str, StaticFile]:
    return {served.path: served for served in static_files().values()}


def _served(name: str, body: bytes) -> StaticFile:
    stem, _, kind = name.rpartition(".")
    return StaticFile(f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:10]}.{kind}", body, TYPES[kind])
