"""`explain`: where each value of an event comes from, and why its rows are one show."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Annotated, Any

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection

from carpenter.commands import wording
from carpenter.commands.choose_event import Asked, chosen_event
from carpenter.commands.console import database, say, say_json, show
from carpenter.commands.records import full_record
from carpenter.store import event_queries as queries
from carpenter.store.catalog_queries import Selection, stream_events

AUDIT_SHOWN = 10

_Told = Callable[[Mapping[str, Any]], Any]

_FIELDS: Mapping[str, tuple[str, _Told]] = {
    "title": ("title", itemgetter("title")),
    "bill": ("artists", lambda event: " / ".join(map(_billed, event["artists"]))),
    "kind": ("kind", itemgetter("kind")),
    "status": ("status", itemgetter("status")),
    "event_day": ("event_day", itemgetter("event_day")),
    "end_day": ("end_day", itemgetter("end_day")),
    "doors_at": ("doors_time", itemgetter("doors_time")),
    "starts_at": ("start_time", itemgetter("start_time")),
    "ends_at": ("end_time", itemgetter("end_time")),
    "venue": ("venue", lambda event: event["venue"] and event["venue"]["name"]),
    "price": ("price", wording.price_words),
    "price_min": ("price_min", itemgetter("price_min")),
    "price_max": ("price_max", itemgetter("price_max")),
    "currency": ("currency", itemgetter("currency")),
    "is_free": ("is_free", itemgetter("is_free")),
    "min_age": ("min_age", lambda event: wording.age_words(event["min_age"])),
    "event_url": ("event_url", itemgetter("event_url")),
    "ticket_url": ("ticket_url", itemgetter("ticket_url")),
    "image_url": ("image_url", itemgetter("image_url")),
    "presenter": ("presenter", itemgetter("presenter")),
    "tour": ("tour", itemgetter("tour")),
    "description": ("description", itemgetter("description")),
}
"""The entries of an event's provenance, with the name under which a person corrects each, and its value in words."""

_HOURS = (("doors", "doors_time"), ("show", "start_time"), ("end", "end_time"))
_PLAYS = frozenset({"headliner", "support"})
_LONGEST_VALUE = 100


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
        _tell(known)


def _all_about(connection: Connection, event_id: uuid.UUID) -> dict[str, Any]:
    row = next(iter(stream_events(connection, Selection(event=event_id))))
    rows = queries.rows_of(connection, event_id)
    row_uuids = [member["row_uuid"] for member in rows]
    former = queries.former_ids(connection, event_id)
    return {
        "event": full_record(row),
        "is_hidden": row["is_hidden"],
        "former_ids": former,
        "provenance": row["provenance"],
        "rows": rows,
        "decisions": queries.binding_decisions(connection, row_uuids),
        "review": queries.review_pairs(connection, row_uuids),
        "audit": queries.audit_of(connection, [event_id, *former], AUDIT_SHOWN),
    }


def _tell(known: Mapping[str, Any]) -> None:
    event = known["event"]
    say(event["title"] + ("  (hidden)" if known["is_hidden"] else ""))
    for line in _head(known):
        say(f"  {line}")
    _heading("Where each value comes from")
    show(_fields(known))
    _heading(f"The {len(known['rows'])} rows it is made of" if len(known["rows"]) > 1 else "The row it is made of")
    for number, row in enumerate(known["rows"]):
        for line in _row_lines(row, is_founder=number == 0):
            say(line)
    _section("Decisions", map(decision_line, known["decisions"]))
    _section("Not decided: perhaps the same show", map(_pair_line, known["review"]))
    _section("What runs did to it, the latest first", map(_audit_line, known["audit"]))


def _head(known: Mapping[str, Any]) -> Iterable[str]:
    event, rows = known["event"], known["rows"]
    venue = event["venue"] or {}
    hours = [f"{name} {event[key]}" for name, key in _HOURS if event[key]]
    day = wording.day_words(date.fromisoformat(event["event_day"]))
    yield " · ".join([day, *hours, *(part for part in (venue.get("name"), venue.get("address")) if part)])
    yield " · ".join(part for part in _facts(event) if part)
    yield f"id {event['id']}" + "".join(f", formerly {former}" for former in known["former_ids"])
    first, last = min(row["first_seen_at"] for row in rows), max(row["last_seen_at"] for row in rows)
    yield f"first seen {_moment(first)}, last seen {_moment(last)}"


def _facts(event: Mapping[str, Any]) -> Sequence[str]:
    return event["kind"], event["status"], wording.price_words(event), wording.age_words(event["min_age"])


def _fields(known: Mapping[str, Any]) -> Table:
    event, provenance = known["event"], known["provenance"]
    table = Table("field", "value", "from", "rule", box=SIMPLE_HEAD, pad_edge=False)
    for entry, (name, told) in _FIELDS.items():
        if (said := provenance.get(entry)) is not None:
            table.add_row(name, *map(escape, (_words(told(event)), said["from"], said["rule"])))
    return table


def _billed(act: Mapping[str, Any]) -> str:
    name: str = act["name"]
    return name if act["role"] in _PLAYS else f"{name} ({act['role']})"


def _words(value: Any) -> str:
    """A value on one line, cut where it is long."""
    words = " ".join(str(value).split()) if value not in (None, "", []) else "nothing"
    return words if len(words) <= _LONGEST_VALUE else words[: _LONGEST_VALUE - 1] + "…"


def _row_lines(row: Mapping[str, Any], *, is_founder: bool) -> Iterable[str]:
    joined = "founder" if is_founder else "joined"
    yield f"  {row['source']}/{row['source_event_id']}  ({joined}, score {row['score']:.2f})"
    yield f"    {row['title']}"
    yield f"    {row['source_url'] or 'no page'}"
    seen = f"first seen {_moment(row['first_seen_at'])}, last seen {_moment(row['last_seen_at'])}"
    versions = f", {row['earlier_versions']} earlier versions" if row["earlier_versions"] else ""
    yield f"    {seen}, fetched {_moment(row['fetched_at'])}{versions}"
    if row["unlisted_at"]:
        yield f"    unlisted: last listed {_moment(row['unlisted_at'])}"
    if row["bill"]:
        acts = " / ".join(f"{act['name']} ({act['role']})" for act in row["bill"])
        yield f"    names: {acts}"
    for evidence in row["explanation"]:
        yield f"    with {evidence['with']}:" if "with" in evidence else f"      {evidence_words(evidence)}"
    for note in row["notes"]:
        yield f"    dropped: {note['field']}: {note['reason']}"


def evidence_words(evidence: Mapping[str, Any]) -> str:
    """ "+0.60 acts: 2 of 2 acts are the same"."""
    return f"{evidence['weight']:+.2f} {evidence['feature']}: {evidence['detail']}"


def decision_line(decision: Mapping[str, Any]) -> str:
    """ "7  override price_min = 15 of …, by ann on 2026-11-20 18:00: as the flyer says"."""
    kind, value = decision["kind"], decision["value"]
    if kind == "override":
        what = f"override {decision['field']} = {orjson.dumps(value).decode()} of {decision['target']}"
    elif kind == "artist_link":
        what = f"{decision['target']} is {value or 'nobody'} at {decision['field']}"
    elif kind == "hide":
        what = f"hide {decision['target']}"
    else:
        what = f"{kind} {decision['target']} and {', '.join(value)}"
    reason = f": {decision['reason']}" if decision["reason"] else ""
    return f"{decision['id']}  {what}, by {decision['author']} on {_moment(decision['decided_at'])}{reason}"


def _pair_line(pair: Mapping[str, Any]) -> str:
    return f"{pair['left_key']} and {pair['right_key']}, score {pair['score']:.2f} (python -m carpenter review)"


def _audit_line(record: Mapping[str, Any]) -> str:
    fields = "; ".join(f"{name}: {_change(name, *change)}" for name, change in record["diff"].items())
    told = "; ".join(part for part in (fields, record["reason"]) if part)
    run = f"run {record['carpenter_run_id']} ({record['run']})"
    return f"{_moment(record['recorded_at'])}  {run}: {record['change']}" + (f"  {told}" if told else "")


def _change(name: str, before: Any, after: Any) -> str:
    if name == "provenance":
        return ", ".join(f"{entry} from {said['from']}" for entry, said in after.items() if said != before.get(entry))
    return f"{_words(before)} → {_words(after)}"


def _heading(words: str) -> None:
    say(f"\n{words}")


def _section(heading: str, lines: Iterable[str]) -> None:
    """A heading with its lines; nothing where there are none."""
    listed = list(lines)
    if listed:
        _heading(heading)
        for line in listed:
            say(f"  {line}")


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
