"""What a request to /graphql asks, by the parameters of an address or by a JSON object."""

from __future__ import annotations

from typing import Any

import msgspec
from graphql import GraphQLError
from starlette.requests import Request

from sms_api.graphql.documents import Refused
from sms_api.problems import Problem


class GraphQLRequest(msgspec.Struct, rename="camel", kw_only=True):
    """A request of GraphQL over HTTP; other members, as `extensions`, are passed over."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(GraphQLRequest).decode

_decode_variables = msgspec.json.Decoder(dict[str, Any] | None).decode


async def read_request(request: Request) -> GraphQLRequest:
    """What a request asks; raises Refused, or a Problem where it is no JSON."""
    try:
        if request.method == "POST":
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if media_type != "application/json":
                raise Problem(415, "The body is a JSON object: Content-Type: application/json.")
            return _decode(await request.body())
        return _of_address(request)
    except RecursionError:
        raise Refused([GraphQLError("variables: are nested too deeply")]) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise Refused([GraphQLError(f"The request is no JSON object with a query: {problem}")]) from None


def _of_address(request: Request) -> GraphQLRequest:
    names = {"query", "operationName", "variables", "extensions"}
    asked: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise Refused([GraphQLError(f"{name[:40]}: is no parameter; there are {', '.join(sorted(names))}")])
        if name in asked:
            raise Refused([GraphQLError(f"{name}: is given twice")])
        asked[name] = value
    if "query" not in asked:
        raise Refused([GraphQLError("query: is missing")])
    return GraphQLRequest(
        query=asked["query"],
        operation_name=asked.get("operationName") or None,
        variables=_decode_variables(asked["variables"]) if asked.get("variables") else None,
    )
