"""What a decision would do to the catalog, found out by carrying it out where nobody sees it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from carpenter.pipeline.build import build_dirty
from carpenter.pipeline.ruleset import rules_hash
from carpenter.store.dry_run import artist_links, behind, dry_run, last_run, touched_events
from sms_catalog import words
from sms_catalog.events import CatalogEvent, event_by_id, stream_events
from sms_catalog.query import Query
from sms_catalog.records import full_record
from sms_database.cli import NO, clock, fail, plural

Carry = Callable[[Connection], Sequence[uuid.UUID]]
"""Carries a decision out, within a transaction; returns the artists that it applies to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEffect:
    """An event before and after; None where it is not there."""

    id: uuid.UUID
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    came: Sequence[str] = ()
    """Keys of the rows that it gets."""
    went: Sequence[str] = ()
    """Keys of the rows that it loses."""
    leads_to: str | None = None
    """Title of the event that the id of one that is gone leads to."""


@dataclass(slots=True)
class Effects:
    """All that a decision would do."""

    events: list[EventEffect] = field(default_factory=list)
    artists: list[tuple[Sequence[str], Sequence[str]]] = field(default_factory=list)
    """Links before and after of each artist that it applies to."""


def effects_of(engine: Engine, carry: Carry) -> Effects:
    """Carry a decision out and build, then take everything back; returns what it did.

    Only the rows and artists that it applies to are built. A catalog that is behind ends the command with one line and
    exit code 1: a run would bring other changes too.
    """
    found = Effects()
    with dry_run(engine) as held:
        with held.connect() as connection:
            _refuse_behind(connection)
            since = last_run(connection)
        with held.begin() as connection:
            artists = carry(connection)
        build_dirty(held, clock=clock, reason="dry run")
        with engine.connect() as before, held.connect() as after:
            found.events = _event_effects(touched_events(after, since), before, after)
            found.artists = [(artist_links(before, artist), artist_links(after, artist)) for artist in artists]
    return found


def _refuse_behind(connection: Connection) -> None:
    state = behind(connection)
    if state.unbuilt:
        fail(
            f"{plural(state.unbuilt, 'row')} not built yet would change too: python -m carpenter run, then ask again",
            NO,
        )
    if state.rules_hash not in (None, rules_hash()):
        fail("the rules have changed since the last run: python -m carpenter run, then ask again", NO)


def _event_effects(touched: Sequence[uuid.UUID], before: Connection, after: Connection) -> list[EventEffect]:
    old, new = _events(before, touched), _events(after, touched)
    effects = [_event_effect(event, old.get(event), new.get(event), after) for event in touched]
    return sorted(effects, key=_order)


def _event_effect(
    event: uuid.UUID, old: CatalogEvent | None, new: CatalogEvent | None, after: Connection
) -> EventEffect:
    old_rows, new_rows = _row_keys(old), _row_keys(new)
    target = None if new else event_by_id(after, event)
    return EventEffect(
        id=event,
        before=_record(old),
        after=_record(new),
        came=[key for key in new_rows if key not in old_rows],
        went=[key for key in old_rows if key not in new_rows],
        leads_to=target.title if target else None,
    )


def _events(connection: Connection, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, CatalogEvent]:
    return {event.id: event for event in stream_events(connection, Query(ids=ids, hidden=None))}


def _record(event: CatalogEvent | None) -> dict[str, Any] | None:
    return full_record(event) | {"is_hidden": event.is_hidden} if event else None


def _row_keys(event: CatalogEvent | None) -> list[str]:
    return [f"{row['source']}/{row['source_event_id']}" for row in event.sources] if event else []


def _order(effect: EventEffect) -> tuple[bool, bool, str, str]:
    """Changed ones first, then new ones, then those that are gone; each by day."""
    told = effect.after or effect.before or {}
    return effect.after is None, effect.before is None, told.get("event_day", ""), str(effect.id)


def effect_lines(effects: Effects) -> Iterator[str]:
    """What a decision would do, for a person: each event with what changes."""
    for effect in effects.events:
        yield from _event_lines(effect)
    for before, after in effects.artists:
        if before != after:
            yield "change  the artist's links"
            yield f"        {', '.join(before) or 'none'} → {', '.join(after) or 'none'}"


def _event_lines(effect: EventEffect) -> Iterator[str]:
    before, after = effect.before, effect.after
    if after is None:
        if before is not None:
            into = f"; its id leads to {effect.leads_to!r}" if effect.leads_to else ""
            yield f"remove  {_named(before)}"
            yield f"        none of its rows is left to it{into}"
        return
    if before is None:
        yield f"create  {_named(after)}"
        yield f"        of {', '.join(effect.came)}"
        return
    changes = [
        f"{name}: {words.value_words(told(before))} → {words.value_words(told(after))}"
        for name, told in _DISTINCT.items()
        if told(before) != told(after)
    ]
    if before["is_hidden"] != after["is_hidden"]:
        changes.append("hidden: no one sees it" if after["is_hidden"] else "shown again")
    changes += [f"gets the row {key}" for key in effect.came] + [f"loses the row {key}" for key in effect.went]
    yield f"change  {_named(before)}"
    for change in changes or ["only where its values come from"]:
        yield f"        {change}"


_DISTINCT = {name: told for entry, (name, told) in words.FIELDS.items() if entry != "price"}
"""The fields, each once: the price in words says nothing that its parts do not."""


def _named(event: Mapping[str, Any]) -> str:
    venue = event["venue"]["name"] if event["venue"] else "no room"
    return f"{event['title']} · {words.day_words(date.fromisoformat(event['event_day']))} · {venue}"
