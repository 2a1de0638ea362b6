"""What tells of /v1: the OpenAPI document, and a page made of the same table, which needs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_api.calendar import calendar_of
from sms_api.pages.rendering import frame_of, page_response
from sms_api.responses import cacheable
from sms_api.rest.openapi import Operation, openapi_document


def routes(operations: Sequence[Operation]) -> list[Route]:
    """/openapi.json and /docs for these operations."""

    @cache
    def document(server: str) -> bytes:
        return msgspec.json.encode(openapi_document(operations, server))

    async def openapi(request: Request) -> Response:
        return cacheable(request, document(calendar_of(request).settings.public_url or "/"))

    async def docs(request: Request) -> Response:
        frame = frame_of(
            request,
            None,
            title="The calendar for programs",
            description="What programs can read of this calendar, address by address, with every parameter.",
            path="/docs",
        )
        shapes = openapi_document(operations, "/")["components"]["schemas"]
        return page_response(
            request, "programs.html", frame=frame, operations=operations, shapes=shapes, type_words=type_words
        )

    return [Route("/openapi.json", openapi), Route("/docs", docs)]


def type_words(schema: Mapping[str, Any]) -> str:
    """The type that a JSON Schema asks for, in a few words: "text or null", "list of Event"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(type_words, schema["anyOf"]))
    kind = schema.get("type")
    if kind == "array":
        return f"list of {type_words(schema['items'])}"
    word = {"string": "text", None: "anything"}.get(kind, kind)
    return f"{word} ({schema['format']})" if "format" in schema else str(word)
