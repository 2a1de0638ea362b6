"""`explain`: where each value of an event comes from, and why its rows are one show."""

from __future__ import annotations

import uuid
from itertools import chain
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from carpenter.commands.choose_event import Asked, chosen_event
from carpenter.explain.replay import retell
from carpenter.explain.text import explained
from carpenter.store.decisions import decisions_in_force
from sms_catalog import lineage as queries
from sms_catalog.decisions import binding, standings
from sms_catalog.events import Selection, stream_events
from sms_catalog.records import full_record
from sms_catalog.words import folded
from sms_database.cli import database, say, say_json

AUDIT_SHOWN = 10


def explain(
    event: Asked,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say of an event where each value comes from, which rows it is made of and why, and what people decided."""
    with database() as engine, engine.connect() as connection:
        known = _all_about(connection, chosen_event(connection, event).id)
    if as_json:
        say_json(known)
    else:
        for line in chain.from_iterable(map(folded, explained(known))):
            say(line)


def _all_about(connection: Connection, event_id: uuid.UUID) -> dict[str, Any]:
    row = next(iter(stream_events(connection, Selection(event=event_id))))
    rows = queries.rows_of(connection, event_id)
    row_uuids = [member["row_uuid"] for member in rows]
    former = queries.former_ids(connection, event_id)
    decisions = decisions_in_force(connection)
    stands = standings(decisions)
    return {
        "event": full_record(row),
        "is_hidden": row["is_hidden"],
        "former_ids": former,
        "provenance": row["provenance"],
        "rows": rows,
        "rooms": queries.rooms_of(connection, event_id),
        **retell(connection, event_id),
        "decisions": [{**d, "standing": stands.get(d["id"])} for d in binding(decisions, row_uuids)],
        "review": queries.review_pairs(connection, row_uuids),
        "audit": queries.audit_of(connection, [event_id, *former], AUDIT_SHOWN),
    }
