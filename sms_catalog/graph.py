"""The catalog as a graph: what the views `nodes` and `edges` give of one node, read by the tables' own indexes.

A node is named KIND:ID. The views know hidden events too; here they are no nodes, nor the records about them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from sms_catalog.artists import artist_by_id
from sms_catalog.audit_records import TELLS_OF_HIDDEN
from sms_catalog.events import event_by_id
from sms_catalog.keyset import Keyset, Page
from sms_catalog.records import artist_record, event_record, venue_record
from sms_catalog.venues import venue_by_id


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The name of a node."""

    kind: str
    """One of KINDS."""
    id: uuid.UUID | int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node, with the UTC instants at which builds first and last wrote of it."""

    key: NodeKey
    label: str
    created_at: datetime | None
    updated_at: datetime | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge; its ends are names of nodes."""

    kind: str
    """hosts, performs_at, or has_record."""
    source: str
    target: str


_OF_ENTITY = """
SELECT {label} AS label,
    (SELECT min(recorded_at) FROM carpenter_records r WHERE r.entity_id = x.id) AS created_at,
    (SELECT max(recorded_at) FROM carpenter_records r WHERE r.entity_id = x.id) AS updated_at
FROM {table} x WHERE x.id = :id
"""

_NODES: Mapping[str, str] = {
    "event": _OF_ENTITY.format(label="title", table="events") + " AND NOT x.is_hidden",
    "venue": _OF_ENTITY.format(label="name", table="venues"),
    "artist": _OF_ENTITY.format(label="name", table="artists"),
    "carpenter_run": """
        SELECT reason AS label, started_at AS created_at, finished_at AS updated_at,
            jsonb_build_object('reason', reason, 'started_at', started_at, 'finished_at', finished_at, 'counts', counts)
                AS data
        FROM carpenter_runs WHERE id = :id""",
    "record": f"""
        SELECT entity || ' ' || change AS label, recorded_at AS created_at, recorded_at AS updated_at,
            jsonb_build_object('entity', entity, 'entity_id', entity_id, 'change', change, 'diff', diff,
                'reason', reason) AS data
        FROM carpenter_records r WHERE id = :id AND NOT {TELLS_OF_HIDDEN}""",
}

KINDS = tuple(_NODES)

_EDGES: Mapping[str, str] = {
    "event": """
        SELECT 'hosts' AS kind, 'venue:' || venue_id AS source, 'event:' || id AS target, venue_id AS other
        FROM events WHERE id = :id AND venue_id IS NOT NULL
        UNION SELECT 'performs_at', 'artist:' || artist_id, 'event:' || event_id, artist_id
        FROM event_artists WHERE event_id = :id""",
    "venue": """
        SELECT 'hosts' AS kind, 'venue:' || venue_id AS source, 'event:' || id AS target, id AS other
        FROM events WHERE venue_id = :id AND NOT is_hidden""",
    "artist": """
        SELECT DISTINCT 'performs_at' AS kind, 'artist:' || a.artist_id AS source, 'event:' || a.event_id AS target,
            a.event_id AS other
        FROM event_artists a JOIN events e ON e.id = a.event_id WHERE a.artist_id = :id AND NOT e.is_hidden""",
    "carpenter_run": f"""
        SELECT 'has_record' AS kind, 'carpenter_run:' || carpenter_run_id AS source, 'record:' || id AS target,
            id AS other FROM carpenter_records r WHERE carpenter_run_id = :id AND NOT {TELLS_OF_HIDDEN}""",
    "record": """
        SELECT 'has_record' AS kind, 'carpenter_run:' || carpenter_run_id AS source, 'record:' || id AS target,
            id AS other FROM carpenter_records WHERE id = :id""",
}

_EDGES_PAGE = "SELECT x.kind, x.source, x.target, x.other FROM ({edges}) AS x WHERE {{after}} ORDER BY {{order}}"

_BY_OTHER_END = {
    kind: Keyset("edges", {"other": ("x.other", int if kind in ("carpenter_run", "record") else uuid.UUID)})
    for kind in KINDS
}

_DATA: Mapping[str, Callable[[Connection, uuid.UUID], Mapping[str, Any] | None]] = {
    "event": lambda connection, key: _mapped(event_record, event_by_id(connection, key)),
    "venue": lambda connection, key: _mapped(venue_record, venue_by_id(connection, key)),
    "artist": lambda connection, key: _mapped(artist_record, artist_by_id(connection, key)),
}

_KEY = re.compile(r"([a-z_]+):([0-9a-f-]{36}|[0-9]{1,18})")


def read_key(name: str) -> NodeKey | None:
    """The key that KIND:ID names; None where that is no name of a node."""
    parts = _KEY.fullmatch(name)
    if parts is None or parts[1] not in KINDS or (parts[1] in _DATA) is not ("-" in parts[2]):
        return None
    try:
        return NodeKey(parts[1], uuid.UUID(parts[2]) if parts[1] in _DATA else int(parts[2]))
    except ValueError:
        return None


def node(connection: Connection, key: NodeKey) -> Node | None:
    """The node of a key; None where there is none, or it is hidden."""
    row = connection.execute(text(_NODES[key.kind]), {"id": key.id}).one_or_none()
    if row is None:
        return None
    data = _DATA[key.kind](connection, key.id) if isinstance(key.id, uuid.UUID) else row.data
    return Node(key=key, label=row.label, created_at=row.created_at, updated_at=row.updated_at, data=data or {})


def edges_page(connection: Connection, key: NodeKey, *, limit: int, cursor: str | None) -> Page[Edge] | None:
    """The edges at a node, each once, by the id of the other end; None for no such node. Raises InvalidQuery."""
    if connection.execute(text(_NODES[key.kind]), {"id": key.id}).one_or_none() is None:
        return None
    statement = _EDGES_PAGE.format(edges=_EDGES[key.kind])
    return _BY_OTHER_END[key.kind].read(connection, statement, {"id": key.id}, _edge, limit=limit, cursor=cursor)


def _edge(row: Row[Any]) -> Edge:
    return Edge(row.kind, row.source, row.target)


def _mapped(record: Callable[[Any], dict[str, Any]], found: Any) -> Mapping[str, Any] | None:
    return None if found is None else record(found)
