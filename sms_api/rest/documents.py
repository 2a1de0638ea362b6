"""What tells of /v1: the OpenAPI document, and a page made of the same table, which needs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_api.calendar import calendar_of
from sms_api.responses import cacheable
from sms_api.rest.openapi import Operation, openapi_document

_TEMPLATES = Environment(loader=PackageLoader("sms_api.rest"), autoescape=select_autoescape(), trim_blocks=True)

_STYLE = files("sms_api.rest").joinpath("templates/docs.css").read_bytes()


def routes(operations: Sequence[Operation]) -> list[Route]:
    """/openapi.json and /docs for these operations."""

    @cache
    def document(server: str) -> bytes:
        return msgspec.json.encode(openapi_document(operations, server))

    @cache
    def page() -> bytes:
        shapes = openapi_document(operations, "/")["components"]["schemas"]
        told = _TEMPLATES.get_template("docs.html").render(operations=operations, shapes=shapes, type_words=type_words)
        return told.encode()

    async def openapi(request: Request) -> Response:
        return cacheable(request, document(calendar_of(request).settings.public_url or "/"))

    async def docs(request: Request) -> Response:
        return cacheable(request, page(), media_type="text/html; charset=utf-8")

    async def style(request: Request) -> Response:
        return cacheable(request, _STYLE, media_type="text/css; charset=utf-8", cache_control="public, max-age=3600")

    return [Route("/openapi.json", openapi), Route("/docs", docs), Route("/docs.css", style)]


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
