"""`decide`: what a person knows better, as decisions that every build applies."""

from __future__ import annotations

import getpass
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Engine

from carpenter.artists.matching import SERVICES
from carpenter.commands.build import STOPPED, summary
from carpenter.commands.choices import known_artist, known_venue
from carpenter.commands.choose_event import Asked, chosen_event
from carpenter.commands.corrections import BadCorrection, check_with, read_correction
from carpenter.explain.dry_run import Carry, effect_lines, effects_of
from carpenter.pipeline.build import run as build
from carpenter.store.decisions import (
    NewDecision,
    all_decisions_made,
    decisions_in_force,
    undo_decision,
    write_decisions,
)
from sms_catalog import lineage as queries
from sms_catalog.decisions import binding, decision_line, standings, undone_line
from sms_catalog.events import Selection, stream_events
from sms_catalog.records import full_record
from sms_database.cli import NO, clock, database, fail, progress, say, say_json, stoppable
from sms_database.venues import all_venue_facts

app = typer.Typer(no_args_is_help=True, help="Correct a field, merge, split or hide events; no crawl overwrites it.")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"uid {os.getuid()}"


Reason = Annotated[str | None, typer.Option(help="Why, for whoever reads it later.")]
Author = Annotated[str, typer.Option(default_factory=_login_name, help="Who decides.", show_default="login name")]
NoRun = Annotated[bool, typer.Option("--no-run", help="Leave the building to the next run.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
Plan = Callable[[Connection], Sequence[NewDecision]]
"""What is to be decided, of the catalog as it is."""


@app.command()
def override(
    event: Asked,
    field: Annotated[
        str, typer.Argument(metavar="FIELD", help="title, event_day, start_time, price_min, venue, artists, …")
    ],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help='Local HH:MM for times, "A / B" for artists; none for no value.')
    ],
    author: Author,
    reason: Reason = None,
    no_run: NoRun = False,
    dry_run: DryRun = False,
) -> None:
    """Give a field of an event this value. Hours are local, and stay so when the day is corrected too."""

    def plan(connection: Connection) -> Sequence[NewDecision]:
        target = chosen_event(connection, event).id
        name, corrected = _correction(connection, target, field, value)
        return [NewDecision(kind="override", target=target, field=name, value=corrected, reason=reason, author=author)]

    _carry_out(plan, no_run, dry_run)


@app.command()
def merge(
    event: Asked,
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="The events that are the same show.")],
    author: Author,
    reason: Reason = None,
    no_run: NoRun = False,
    dry_run: DryRun = False,
) -> None:
    """Make several events one, wherever and whenever their rows say that they are."""

    def plan(connection: Connection) -> Sequence[NewDecision]:
        target = chosen_event(connection, event).id
        merged = {chosen_event(connection, other).id for other in others}
        if target in merged:
            fail("an event cannot be merged with itself: these lead to one event already")
        rows = [row["row_uuid"] for other in sorted(merged) for row in queries.rows_of(connection, other)]
        own = [row["row_uuid"] for row in queries.rows_of(connection, target)]
        _refuse_contradiction(connection, "split", own, rows)
        value = [str(row) for row in rows]
        return [NewDecision(kind="merge", target=target, value=value, reason=reason, author=author)]

    _carry_out(plan, no_run, dry_run)


@app.command()
def split(
    event: Asked,
    rows: Annotated[list[str], typer.Argument(metavar="ROW...", help="SOURCE/SOURCE_EVENT_ID of each row to part.")],
    author: Author,
    reason: Reason = None,
    no_run: NoRun = False,
    dry_run: DryRun = False,
) -> None:
    """Part rows from an event for good: rows that it has, or that it must never have."""

    def plan(connection: Connection) -> Sequence[NewDecision]:
        own = queries.rows_of(connection, chosen_event(connection, event).id)
        parted = [_row_uuid(connection, row) for row in rows]
        rest = [row["row_uuid"] for row in own if row["row_uuid"] not in parted]
        if not rest:
            fail("nothing would be left to part them from: name only the rows that do not belong to the event")
        _refuse_contradiction(connection, "merge", rest, parted)
        value = [str(row) for row in rest]
        return [NewDecision(kind="split", target=row, value=value, reason=reason, author=author) for row in parted]

    _carry_out(plan, no_run, dry_run)


@app.command()
def hide(event: Asked, author: Author, reason: Reason = None, no_run: NoRun = False, dry_run: DryRun = False) -> None:
    """Leave an event out of what is shown and exported."""

    def plan(connection: Connection) -> Sequence[NewDecision]:
        target = chosen_event(connection, event).id
        return [NewDecision(kind="hide", target=target, reason=reason, author=author)]

    _carry_out(plan, no_run, dry_run)


@app.command(name="artist-link")
def artist_link(
    artist: Annotated[str, typer.Argument(metavar="ARTIST", help="Its id, or its name as the catalog has it.")],
    service: Annotated[str, typer.Argument(metavar="SERVICE", help=" or ".join(SERVICES))],
    linked_id: Annotated[str, typer.Argument(metavar="ID", help="The artist's id there; none if it has none.")],
    author: Author,
    reason: Reason = None,
    no_run: NoRun = False,
    dry_run: DryRun = False,
) -> None:
    """Say which act of a service an artist is, or that it is none of those that `review` shows."""
    if service not in SERVICES:
        fail(f"no service {service!r}: it is {' or '.join(SERVICES)}")
    value = None if linked_id.lower() == "none" else linked_id

    def plan(connection: Connection) -> Sequence[NewDecision]:
        target = known_artist(connection, artist)
        return [
            NewDecision(kind="artist_link", target=target, field=service, value=value, reason=reason, author=author)
        ]

    _carry_out(plan, no_run, dry_run)


@app.command()
def undo(
    decision_id: Annotated[int, typer.Argument(metavar="DECISION_ID", help="As `decide list` shows it.")],
    author: Author,
    no_run: NoRun = False,
    dry_run: DryRun = False,
) -> None:
    """Take a decision back: the catalog is as if it had never been made."""

    def take_back(connection: Connection) -> Sequence[uuid.UUID]:
        undone = undo_decision(connection, decision_id, deleted_by=author, deleted_at=clock())
        if undone is None:
            fail(f"there is no decision {decision_id} in force: python -m carpenter decide list", NO)
        return [undone.target] if undone.kind == "artist_link" else []

    with database() as engine:
        if dry_run:
            _rehearse(engine, take_back)
            return
        with engine.begin() as connection:
            take_back(connection)
        say(f"decision {decision_id} undone")
        _build(engine, no_run)


@app.command(name="list")
def list_decisions(
    with_undone: Annotated[bool, typer.Option("--all", help="Those too that were undone, by whom and when.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List the decisions in force, oldest first."""
    with database() as engine, engine.connect() as connection:
        decisions = all_decisions_made(connection) if with_undone else decisions_in_force(connection)
    stands = standings([decision for decision in decisions if decision["deleted_at"] is None])
    if as_json:
        say_json([{**decision, "standing": stands.get(decision["id"])} for decision in decisions])
        return
    for decision in decisions:
        say(decision_line(decision))
        for told in (decision["title"], stands.get(decision["id"]), undone_line(decision)):
            if told:
                say(f"    {told}")
    if not decisions:
        say("nothing is decided")


def _correction(connection: Connection, target: uuid.UUID, field: str, value: str) -> tuple[str, Any]:
    """The field and value of the decision, checked against the event as it is."""
    if field == "venue":
        return "venue_id", None if value.lower() == "none" else str(_described_venue(connection, value))
    try:
        corrected = read_correction(field, value)
        event = full_record(next(iter(stream_events(connection, Selection(event=target)))))
        check_with(event, field, corrected)
    except BadCorrection as problem:
        fail(str(problem))
    return field, corrected


def _row_uuid(connection: Connection, key: str) -> uuid.UUID:
    found = queries.row_uuid_of(connection, key)
    if found is None:
        fail(f"no row {key!r}: name it as SOURCE/SOURCE_EVENT_ID, as explain shows it", NO)
    return found


def _refuse_contradiction(
    connection: Connection, kind: str, left: Sequence[uuid.UUID], right: Sequence[uuid.UUID]
) -> None:
    """End the command if a decision of this kind says the opposite of any of these pairs of rows."""
    pairs = {frozenset((str(one), str(other))) for one in left for other in right}
    for decision in binding(decisions_in_force(connection), [*left, *right]):
        if decision["kind"] == kind and pairs & set(_pairs_of(decision)):
            undo_it = f"python -m carpenter decide undo {decision['id']}"
            fail(f"decision {decision['id']} ({kind}) says the opposite, take it back first: {undo_it}")


def _pairs_of(decision: Mapping[str, Any]) -> Iterator[frozenset[str]]:
    for other in decision["value"]:
        yield frozenset((str(decision["target"]), other))


def _carry_out(plan: Plan, no_run: bool, dry_run: bool) -> None:
    """Write what is planned and build it; or only say what that would change."""

    def write(connection: Connection) -> Sequence[uuid.UUID]:
        decisions = plan(connection)
        write_decisions(connection, decisions, clock())
        return [decision.target for decision in decisions if decision.kind == "artist_link"]

    with database() as engine:
        if dry_run:
            _rehearse(engine, write)
            return
        with engine.begin() as connection:
            before = standings(decisions_in_force(connection))
            ids = write_decisions(connection, plan(connection), clock())
            after = standings(decisions_in_force(connection))
        for decision_id in ids:
            say(f"decision {decision_id} written; take it back with: python -m carpenter decide undo {decision_id}")
        for decision_id, standing in after.items():
            if before.get(decision_id) != standing:
                say(f"decision {decision_id}: {standing}")
        _build(engine, no_run)


def _rehearse(engine: Engine, carry: Carry) -> None:
    with stoppable("stopped: nothing is changed"):
        lines = list(effect_lines(effects_of(engine, carry)))
    say("dry run, nothing is changed; it would" if lines else "dry run: nothing would change")
    for line in lines:
        say(f"  {line}")


def _build(engine: Engine, no_run: bool) -> None:
    if no_run:
        say("not built yet: python -m carpenter run")
        return
    begun = monotonic()
    with stoppable(STOPPED), progress("building", "rows", quiet=False) as report:
        counts = build(engine, clock=clock, reason="decide", progress=report)
    say(summary(counts, monotonic() - begun))


def _described_venue(connection: Connection, asked: str) -> uuid.UUID:
    """A venue of venues.toml: one that only rows mention is gone when they are, and a decision has to outlast them."""
    venue_id = known_venue(connection, asked)
    if venue_id not in {venue.id for venue in all_venue_facts().values()}:
        fail(f"{asked!r} is not described in sms_database/venues.toml: give it an entry there first")
    return venue_id
