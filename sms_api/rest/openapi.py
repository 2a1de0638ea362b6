"""The operations of /v1, each declared once: from this table the routes, the OpenAPI document and /docs are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_api.problems import MEDIA_TYPE
from sms_api.responses import JSON, cacheable
from sms_api.rest.records import ProblemRecord

Asked = Mapping[str, Any]
"""The values of an operation's parameters by name, None where none was given; `query`, a Query, if it takes one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: the members of the operation's answer, and where a list goes on."""

    value: Mapping[str, Any]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation's address."""

    name: str
    sentence: str
    schema: Mapping[str, Any]
    """JSON Schema of a value."""
    example: str
    read: Callable[[str], Any] = str
    """From a text; raises WrongValue."""
    is_list: bool = False
    """May it be given several times?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A read of the catalog. Its answer may be kept, and asked for again by its ETag."""

    name: str
    path: str
    """Its part in braces is an id."""
    summary: str
    answer: type[msgspec.Struct]
    handler: Callable[[Request, Asked], Awaitable[Reply | Response]]
    id_schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "format": "uuid"})
    parameters: Sequence[Parameter] = ()
    query_parameters: Sequence[Parameter] = ()
    """Of an operation that takes a Query: its parameters, as the document lists them."""
    example: str
    """An address of it."""
    outcomes: Mapping[int, str] = field(default_factory=dict)
    """What it may answer beside 200 and what all may."""
    deprecated_at: datetime | None = None
    """Since when a client should ask for something else: the Deprecation header (RFC 9745)."""
    sunset_at: datetime | None = None
    """When it may cease to answer: the Sunset header (RFC 8594)."""

    @property
    def is_list(self) -> bool:
        """Does its answer have pages?"""
        return any(parameter.name == "cursor" for parameter in self.parameters)

    def route(self, read: Callable[[Operation, Request], Asked]) -> Route:
        """Where it is served. `read` reads the parameters of a request, or raises a Problem."""

        async def endpoint(request: Request) -> Response:
            reply = await self.handler(request, read(self, request))
            response = self._response(request, reply) if isinstance(reply, Reply) else reply
            response.headers.update(self._farewell)
            return response

        return Route(self.path, endpoint, name=self.name)

    def _response(self, request: Request, reply: Reply) -> Response:
        value, headers = dict(reply.value), {}
        if self.is_list:
            value["next_cursor"] = reply.next_cursor
        if reply.next_cursor is not None:
            kept = [(name, text) for name, text in request.query_params.multi_items() if name != "cursor"]
            address = f"{request.url.path}?{urlencode([*kept, ('cursor', reply.next_cursor)])}"
            headers["link"] = f'<{address}>; rel="next"'
        return cacheable(request, msgspec.json.encode(value), headers=headers)

    @property
    def _farewell(self) -> dict[str, str]:
        told = {}
        if self.deprecated_at is not None:
            told["deprecation"] = f"@{int(self.deprecated_at.timestamp())}"
        if self.sunset_at is not None:
            told["sunset"] = format_datetime(self.sunset_at, usegmt=True)
        return told


def openapi_document(operations: Iterable[Operation], server: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the operations, as `server` serves them."""
    operations = list(operations)
    answers = [operation.answer for operation in operations]
    references, schemas = msgspec.json.schema_components(
        [*answers, ProblemRecord], ref_template="#/components/schemas/{name}"
    )
    problem = {"description": "What is wrong (RFC 9457).", "content": {MEDIA_TYPE: {"schema": references[-1]}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Live-music calendar",
            "version": "1",
            "description": "Who plays where and when, with where each word comes from. Nothing of /v1 is taken away or"
            " changes its meaning; members may be added.",
        },
        "servers": [{"url": server}],
        "paths": {
            operation.path: {"get": _described(operation, reference)}
            for operation, reference in zip(operations, references, strict=False)
        },
        "components": {"schemas": schemas, "responses": {"Problem": problem}},
    }


def _described(operation: Operation, answer: Mapping[str, Any]) -> dict[str, Any]:
    problem = {"$ref": "#/components/responses/Problem"}
    headers = {"ETag": _header("Of this answer, for If-None-Match.")}
    if operation.is_list:
        headers["Link"] = _header('The next page, `rel="next"` (RFC 8288).')
    if operation.deprecated_at is not None:
        headers["Deprecation"] = _header("Since when (RFC 9745).")
    if operation.sunset_at is not None:
        headers["Sunset"] = _header("Until when (RFC 8594).")
    content = {JSON: {"schema": answer}}
    responses: dict[str, Any] = {
        "200": {"description": HTTPStatus.OK.phrase, "headers": headers, "content": content},
        "304": {"description": "The client holds this answer already."},
    }
    for status, sentence in operation.outcomes.items():
        responses[str(status)] = problem if status >= HTTPStatus.BAD_REQUEST else {"description": sentence}
    responses |= {str(status): problem for status in (422, 429, 503)}
    described = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[2]],
        "parameters": [
            *_path_parameters(operation),
            *(_query_parameter(parameter) for parameter in (*operation.query_parameters, *operation.parameters)),
        ],
        "responses": dict(sorted(responses.items())),
    }
    return described | ({"deprecated": True} if operation.deprecated_at is not None else {})


def _header(sentence: str) -> dict[str, Any]:
    return {"description": sentence, "schema": {"type": "string"}}


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    before, brace, _ = operation.path.partition("{id}")
    if not brace:
        return []
    example = operation.example.removeprefix(before).partition("/")[0]
    return [{"name": "id", "in": "path", "required": True, "schema": operation.id_schema, "example": example}]


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    schema = {"type": "array", "items": parameter.schema} if parameter.is_list else parameter.schema
    example = [parameter.example] if parameter.is_list else _typed(parameter)
    told = {"name": parameter.name, "in": "query", "description": parameter.sentence, "schema": schema}
    return told | {"example": example}


def _typed(parameter: Parameter) -> Any:
    return int(parameter.example) if parameter.schema.get("type") == "integer" else parameter.example
