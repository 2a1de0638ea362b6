"""The catalog as a graph, for /v1."""

from __future__ import annotations

from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.problems import Problem
from sms_api.rest.openapi import Asked, Operation, Reply
from sms_api.rest.parameters import cursor_parameter, limit_of, limit_parameter
from sms_api.rest.records import EdgeList, Node
from sms_catalog.graph import NodeKey, edges_page, node, read_key

_KEY = {"type": "string", "pattern": "^((event|venue|artist):[0-9a-f-]{36}|(carpenter_run|record):[0-9]{1,18})$"}

_ABSENT = {404: "There is no node of this name."}


async def _node(request: Request, _: Asked) -> Reply:
    found = await calendar_of(request).catalog.read(node, _key(request))
    if found is None:
        raise _no_node()
    return Reply(
        {
            "id": str(found.key),
            "kind": found.key.kind,
            "label": found.label,
            "created_at": found.created_at,
            "updated_at": found.updated_at,
            "data": found.data,
        }
    )


async def _edges(request: Request, asked: Asked) -> Reply:
    page = await calendar_of(request).catalog.read(
        edges_page, _key(request), limit=limit_of(asked), cursor=asked["cursor"]
    )
    if page is None:
        raise _no_node()
    edges = [{"kind": edge.kind, "from": edge.source, "to": edge.target} for edge in page.items]
    return Reply({"edges": edges}, page.next_cursor)


def _key(request: Request) -> NodeKey:
    if (key := read_key(request.path_params["id"])) is None:
        raise _no_node()
    return key


def _no_node() -> Problem:
    return Problem(404, "There is no node of this name: event:ID, venue:ID, artist:ID, carpenter_run:N, record:N.")


OPERATIONS = (
    Operation(
        name="getNode",
        path="/v1/nodes/{id}",
        summary="A node of the graph by KIND:ID, with what it holds and when builds first and last wrote of it.",
        answer=Node,
        handler=_node,
        id_schema=_KEY,
        example="/v1/nodes/artist:9f33f998-7fd3-55fe-ba64-0eb1eb76693c",
        outcomes=_ABSENT,
    ),
    Operation(
        name="listEdges",
        path="/v1/nodes/{id}/edges",
        summary="The edges at a node: hosts, performs_at, has_record. Each end is a node to go on from.",
        answer=EdgeList,
        handler=_edges,
        id_schema=_KEY,
        parameters=(limit_parameter(), cursor_parameter()),
        example="/v1/nodes/artist:9f33f998-7fd3-55fe-ba64-0eb1eb76693c/edges",
        outcomes=_ABSENT,
    ),
)
