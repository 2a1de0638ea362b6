"""Walked from any node, the graph is that of the views `nodes` and `edges`, without what is hidden."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.api.graphql.asking import data_on
from tests.catalog.conftest import HIDDEN

_NEIGHBOURS = """
query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    ... on Event { venue { id } artists { artist { id } } }
    ... on Venue { events(first: 40) { nodes { id } pageInfo { hasNextPage } } }
    ... on Artist { events(first: 40) { nodes { id } pageInfo { hasNextPage } } }
    ... on Run { records(first: 40) { nodes { id } pageInfo { hasNextPage } } }
    ... on Record { run { id } }
  }
}
"""

_NODES = "SELECT kind || ':' || id FROM nodes WHERE kind = ANY(:kinds)"

_EDGES = """
SELECT DISTINCT kind, from_kind || ':' || from_id AS source, to_kind || ':' || to_id AS target FROM edges
"""

_OF_HIDDEN = """
SELECT 'record:' || r.id FROM carpenter_records r LEFT JOIN event_sources s USING (raw_event_id)
WHERE r.entity_id = :id OR s.event_id = :id
"""

Edge = tuple[str, str, str]


@pytest.fixture(scope="module")
def walked(catalog: Any) -> tuple[dict[str, set[Edge]], set[str], set[Edge]]:
    """The edges that each node tells of; the nodes and edges of the views that readers see."""
    with catalog.connect() as connection:
        hidden = {f"event:{HIDDEN}", *connection.scalars(text(_OF_HIDDEN), {"id": HIDDEN})}
        kinds = ["event", "venue", "artist", "carpenter_run", "record"]
        nodes = set(connection.scalars(text(_NODES), {"kinds": kinds})) - hidden
        edges = {tuple(row) for row in connection.execute(text(_EDGES))}
        told = {node: _edges_at(found) for node, found in _neighbours(connection, sorted(nodes)).items()}
    seen: set[Edge] = {edge for edge in edges if hidden.isdisjoint(edge)}  # type: ignore[misc]
    assert len(seen) < len(edges)
    return told, nodes, seen


def test_each_node_tells_its_edges_and_no_others(walked: tuple[dict[str, set[Edge]], set[str], set[Edge]]) -> None:
    told, nodes, edges = walked
    assert told.keys() == nodes
    for node in nodes:
        assert told[node] == {edge for edge in edges if node in edge[1:]}, node


def test_whatever_is_joined_to_a_node_is_reached_from_it(
    walked: tuple[dict[str, set[Edge]], set[str], set[Edge]],
) -> None:
    told, nodes, edges = walked
    start = next(iter(sorted(edge[1] for edge in edges if edge[0] == "performs_at")))
    reached, ahead = {start}, deque([start])
    while ahead:
        for _, source, target in told[ahead.popleft()]:
            new = {source, target} - reached
            reached |= new
            ahead.extend(new)
    assert len([node for node in reached if node.startswith("event:")]) > 5
    assert reached <= nodes
    assert not [edge for edge in edges if (edge[1] in reached) is not (edge[2] in reached)]


def _neighbours(connection: Connection, ids: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for begin in range(0, len(ids), 50):
        part = ids[begin : begin + 50]
        nodes = data_on(connection, _NEIGHBOURS, ids=part)["nodes"]
        found |= {node: told for node, told in zip(part, nodes, strict=True) if told is not None}
        assert all(told["id"] == node for node, told in found.items())
    return found


def _edges_at(node: dict[str, Any]) -> set[Edge]:
    own = node["id"]
    pages = [node[name] for name in ("events", "records") if name in node]
    assert not any(page["pageInfo"]["hasNextPage"] for page in pages)
    edges: set[Edge] = set()
    if own.startswith("event:"):
        edges |= {("performs_at", act["artist"]["id"], own) for act in node["artists"]}
        edges |= {("hosts", node["venue"]["id"], own)} if node["venue"] else set()
    elif own.startswith("record:"):
        edges.add(("has_record", node["run"]["id"], own))
    else:
        kind = {"venue": "hosts", "artist": "performs_at", "carpenter_run": "has_record"}[own.split(":")[0]]
        edges |= {(kind, own, other["id"]) for page in pages for other in page["nodes"]}
    return edges
