"""`python -m sms_api changes`: what has changed for readers, and whether the changes replayed are the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy import Connection

from sms_api.live.feed import change_record
from sms_catalog.change_words import change_words, states_along
from sms_catalog.changes import Change, changes_of, changes_since, reach, replay, scopes_since
from sms_catalog.states import State, states
from sms_database.changes import prune_changes, publish_changes
from sms_database.cli import NO, clock, database, plural, say, say_json, stoppable, warn

_AT_A_TIME = 500


def changes(
    since: Annotated[int, typer.Option(help="those after this number", min=0)] = 0,
    json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
    purge: Annotated[
        bool,
        typer.Option("--purge", help="only the keys of what they outdate, for a cache before the server"),
    ] = False,
    replay_all: Annotated[
        bool, typer.Option("--replay", help="compare what comes of them with the tables; exit code 1 if it differs")
    ] = False,
    prune_days: Annotated[
        int | None, typer.Option("--prune", help="forget those older than so many days", min=1)
    ] = None,
) -> None:
    """What readers see that has changed, in the order in which it became known."""
    with database() as engine, stoppable("stopped"):
        publish_changes(engine)
        if prune_days is not None:
            say(f"{plural(prune_changes(engine, clock() - timedelta(days=prune_days)), 'change')} forgotten.")
            return
        with engine.connect() as connection:
            if purge:
                _purge_list(connection, since, as_json=json)
                return
            if replay_all:
                wrong = list(replay(connection))
                for each in wrong:
                    say(f"{each.entity} {each.entity_id}, change {each.seq}: {', '.join(each.fields)}")
                say("differs" if wrong else f"Changes up to {reach(connection).newest} replayed: equal to the tables.")
                if wrong:
                    raise typer.Exit(NO)
                return
            while page := changes_since(connection, since, limit=_AT_A_TIME):
                left = {} if json else _states_left(connection, page)
                for change in page:
                    if json:
                        say_json(change_record(change))
                    else:
                        say(_line(change, left.get(change.seq)))
                since = page[-1].seq


def _purge_list(connection: Connection, since: int, *, as_json: bool) -> None:
    """The keys, each once, and the number to ask from next."""
    newest = reach(connection).newest
    keys = scopes_since(connection, since)
    if as_json:
        say_json({"keys": keys, "newest": newest})
        return
    for key in keys:
        say(key)
    warn(f"next: --since {newest}")


def _states_left(connection: Connection, page: Sequence[Change]) -> Mapping[int, State | None]:
    """By the number of a change, the state that it left its entity in."""
    left: dict[int, State | None] = {}
    for entity, entity_id in {(change.entity, change.entity_id) for change in page}:
        if entity_id is not None:
            now = states(connection, entity, [entity_id]).get(entity_id)
            left |= {change.seq: state for change, state in states_along(changes_of(connection, entity_id), now)}
    return left


def _line(change: Change, state: State | None) -> str:
    known = state or change.before or {}
    what = known.get("title") or known.get("name") or change.entity_id or "all"
    night = f"{change.night} " if change.night else ""
    words = change_words(change, state)
    return f"{change.seq:>6}  {change.at:%Y-%m-%d %H:%M}  {night}{change.entity} {what}: {words}"
