"""The whole of a scene to mirror: /bulk/CITY/manifest.json, and the files that it names.

A mirror reads the manifest, then its files, checks their hashes, and goes on with /v1/changes?since=SEQ.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sms_api.calendar import calendar_of
from sms_api.feeds.bulk_files import KINDS, Edition, current_edition, edition
from sms_api.pages.rendering import public_url
from sms_api.pages.scenes import scene_asked
from sms_api.problems import Problem
from sms_api.responses import REVALIDATE, cacheable, is_held
from sms_database.settings import get_settings

FOR_GOOD = "public, max-age=31536000, immutable"

_CHUNK_BYTES = 65_536

SLUG = re.compile("[a-z0-9][a-z0-9_-]{0,99}")

NDJSON = "application/x-ndjson"


class BulkExport:
    """The handlers; a process writes one edition at a time."""

    def __init__(self) -> None:
        self._writing = asyncio.Lock()

    async def manifest(self, request: Request) -> Response:
        """How much there is, where, and as of which change."""
        current = await self._current(request)
        site, seq = public_url(request), current.manifest["seq"]
        base = f"{site}/bulk/{request.path_params['city']}/{current.directory.name}"
        files = {kind: {"url": f"{base}/{kind}.ndjson", **told} for kind, told in current.manifest["files"].items()}
        told = {
            **current.manifest,
            "changes": f"{site}/v1/changes?since={seq}",
            "files": files,
        }
        return cacheable(request, orjson.dumps(told, option=orjson.OPT_INDENT_2))

    async def newest(self, request: Request) -> Response:
        """The way to a file of the current edition."""
        _kind(request)
        current = await self._current(request)
        city, kind = request.path_params["city"], request.path_params["kind"]
        return RedirectResponse(
            f"/bulk/{city}/{current.directory.name}/{kind}.ndjson", 302, {"cache-control": REVALIDATE}
        )

    async def file(self, request: Request) -> Response:
        """A file of an edition, as long as it is kept."""
        kind = _kind(request)
        found = edition(_directory(request), request.path_params["edition"])
        if found is None:
            raise Problem(410, "This edition is not kept: begin anew with the manifest.")
        told = found.manifest["files"][kind]
        headers = {"etag": f'W/"{told["sha256"]}"', "cache-control": FOR_GOOD}
        if is_held(request, told["sha256"]):
            return Response(None, 304, headers)
        headers["content-length"] = str(told["bytes"])
        return StreamingResponse(_chunks(found.directory / f"{kind}.ndjson"), headers=headers, media_type=NDJSON)

    async def _current(self, request: Request) -> Edition:
        calendar = calendar_of(request)
        city = request.path_params["city"]
        directory = _directory(request)
        facts = {"licence": calendar.settings.data_licence}

        def read(connection: Connection) -> Edition:
            scene = scene_asked(connection, city)
            told = {**facts, "name": scene.name, "timezone": scene.timezone}
            return current_edition(connection, directory, scene.slug, told, calendar.clock())

        async with self._writing:
            return await calendar.catalog.read(read)


def _kind(request: Request) -> str:
    kind: str = request.path_params["kind"]
    if kind not in KINDS:
        raise Problem(404, f"There is no such file; there are {', '.join(KINDS)}.")
    return kind


def _directory(request: Request) -> Path:
    """Of a scene's editions. Two databases have one each; a city that is no slug has none."""
    city: str = request.path_params["city"]
    if not SLUG.fullmatch(city):
        raise Problem(404, "There is no such calendar.")
    return get_settings().sms_home / "bulk" / calendar_of(request).catalog.name / city


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


_EXPORT = BulkExport()

ROUTES: list[BaseRoute] = [
    Route("/bulk/{city}/manifest.json", _EXPORT.manifest),
    Route("/bulk/{city}/{kind}.ndjson", _EXPORT.newest),
    Route("/bulk/{city}/{edition}/{kind}.ndjson", _EXPORT.file),
]
