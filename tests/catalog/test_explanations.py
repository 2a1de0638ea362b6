"""An explanation is read from what the build stored."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from sms_catalog.decisions import decisions_in_force
from sms_catalog.events import event_by_id
from sms_catalog.explanations import Explanation, explanation_of, explanation_record
from tests.catalog.conftest import FOUNDER, MERGED


def explained(connection: Connection) -> Explanation:
    event = event_by_id(connection, FOUNDER)
    assert event is not None
    return explanation_of(connection, event)


def test_each_value_says_where_it_comes_from_and_what_lost(connection: Connection) -> None:
    fields = {field.entry: field for field in explained(connection).fields}
    (correction,) = (each for each in decisions_in_force(connection) if each.kind == "override")
    assert (fields["title"].value, fields["title"].origin) == ("An Evening of Cake", f"decision {correction.id}")
    assert (fields["price"].value, fields["price"].origin) == ("$12–15.50", "boxoffice/tm-1")
    assert fields["starts_at"].name == "start_time"
    assert fields["starts_at"].rule == "all agree"
    lost = {entry: [(other.row, other.value) for other in field.others] for entry, field in fields.items()}
    assert lost["title"] == [("blue_moon/fri", "Tin Lantern, Mossback"), ("boxoffice/tm-1", "Tin Lantern")]
    assert lost["price"] == [("blue_moon/fri", "$10")]
    assert lost["starts_at"] == []


def test_each_row_says_why_it_is_one_of_the_events(connection: Connection) -> None:
    founder, joined = explained(connection).rows
    assert (founder.key, joined.key) == ("blue_moon/fri", "boxoffice/tm-1")
    assert (joined.row_uuid, joined.compared_with) == (MERGED, "blue_moon/fri")
    assert joined.score == min(1.0, sum(part["weight"] for part in joined.evidence))
    assert [act["name"] for act in joined.bill] == ["Tin Lantern", "Mossback"]


def test_decisions_rooms_former_ids_and_audit_are_told(connection: Connection) -> None:
    known = explained(connection)
    assert [(decision.kind, decision.author, decision.standing) for decision in known.decisions] == [
        ("override", "bo", None)
    ]
    assert known.former_ids == [MERGED]
    assert {(room.row_key, room.printed, room.venue) for room in known.rooms} == {
        (key, "Blue Moon Tavern", "Blue Moon Tavern") for key in ("blue_moon/fri", "boxoffice/tm-1")
    }
    assert [record.change for record in known.audit] == ["update", "create"]
    assert known.audit[0].diff["title"] == ["Tin Lantern, Mossback", "An Evening of Cake"]


def test_the_record_is_json(connection: Connection) -> None:
    known = explained(connection)
    record = json.loads(json.dumps(explanation_record(known), allow_nan=False))
    assert record["event"]["id"] == str(FOUNDER)
    assert record["former_ids"] == [str(MERGED)]
    assert record["night"] == "2026-11-20"
    assert [row["source"] for row in record["rows"]] == ["blue_moon", "boxoffice"]
    assert {field["entry"]: field["origin"] for field in record["fields"]} == {
        field.entry: field.origin for field in known.fields
    }
    assert record["decisions"][0]["reason"] == "flyer"
