"""Writing what blocks were built to: the difference to what is there, and nothing else."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import Connection, text

from carpenter.model import BlockResult, EventRow, LinkRow, Pair, evidence_json
from carpenter.store.artists import count_mentions, enter_artists, mark_stale
from carpenter.store.audit import Change, record
from carpenter.store.bulk import append, upsert, words_array
from carpenter.store.changes import ChangeOrigin, written_changes
from sms_database.event_fields import EVENT_FIELDS
from sms_database.ids import BlockKey

EVENT_COLUMNS = (
    *("city", "night", "block_night", "slug", "timezone", "is_hidden", "provenance", "search_text"),
    *(field.column for field in EVENT_FIELDS if field.column is not None),
)

_Bill = list[tuple[uuid.UUID, str, str]]


class _Link(NamedTuple):
    """What is stored of a raw row; its fields are columns."""

    raw_event_id: int
    event_id: uuid.UUID | None
    venue_id: uuid.UUID | None
    score: float | None
    explanation: list[dict[str, Any]]
    bill: list[dict[str, Any]]
    notes: list[dict[str, str]]
    skip_reason: str | None


@dataclass(slots=True)
class WriteCounts:
    """What writing did to the catalog."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: int = 0

    def add(self, other: WriteCounts) -> None:
        """Take the other's counts in."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Before:
    """What the catalog holds now of the rows and events at hand."""

    links: dict[int, _Link] = field(default_factory=dict)
    events: dict[uuid.UUID, Mapping[str, Any]] = field(default_factory=dict)
    bills: dict[uuid.UUID, _Bill] = field(default_factory=dict)


def write(
    connection: Connection,
    run_id: int,
    built: Mapping[BlockKey, BlockResult],
    unassigned: Sequence[LinkRow] = (),
    origin: ChangeOrigin | None = None,
) -> WriteCounts:
    """Bring the catalog to what the blocks were built to, within the caller's transaction.

    `unassigned` are rows that belong to no block. What readers see changed is written as changes of this origin.
    """
    rows = [link for result in built.values() for link in result.links] + list(unassigned)
    links = [_link(row) for row in rows]
    events = [event for result in built.values() for event in result.events]
    before = _read_before(connection, links, events)
    counts, changes = _differences(before, events, links)
    concerned = _concerned(before, events, links)
    shown = before.events.keys() | {event.id for event in events}
    with written_changes(connection, origin, **concerned, rewritten=shown):
        _write_events(connection, before, events)
        _write_links(connection, before, links)
        # From here on other builds may have to wait for this one, whose artists are theirs as well.
        enter_artists(connection, _named_artists(events, rows))
        stale = _write_bills(connection, before, events)
        stale |= count_mentions(connection, before.links.values(), links)
        counts.deleted, deleted, forsaken = _delete_orphans(connection, before, events)
    mark_stale(connection, stale | forsaken)
    _write_review(connection, built)
    record(connection, run_id, changes + deleted, unchanged=counts.unchanged)
    return counts


class _Concerned(TypedDict):
    """What readers may see otherwise once blocks are written."""

    events: set[uuid.UUID]
    artists: set[uuid.UUID]
    former: dict[uuid.UUID, uuid.UUID]
    """The events that rows of an event were part of, where it was not there."""


def _concerned(before: _Before, events: Sequence[EventRow], links: Sequence[_Link]) -> _Concerned:
    changed = {event.id for event in events if event.id not in before.events or _event_diff(before, event)}
    artists: set[uuid.UUID] = set()
    former: dict[uuid.UUID, uuid.UUID] = {}
    for link in links:
        old = before.links.get(link.raw_event_id)
        if old is None or old.event_id != link.event_id:
            changed |= {event_id for event_id in (link.event_id, old and old.event_id) if event_id is not None}
        if old is not None and old.event_id and link.event_id and link.event_id not in before.events:
            former[link.event_id] = max(old.event_id, former.get(link.event_id, old.event_id))
        if old is None or old.bill != link.bill:
            artists |= {uuid.UUID(act["id"]) for act in (*link.bill, *(old.bill if old else ()))}
    return _Concerned(events=changed, artists=artists, former=former)


def _link(row: LinkRow) -> _Link:
    venue_id = row.venue.id if row.venue else None
    return _Link(
        row.raw_event_id, row.event_id, venue_id, row.score, row.explanation, row.bill, row.notes, row.skip_reason
    )


def _read_before(connection: Connection, links: Sequence[_Link], events: Sequence[EventRow]) -> _Before:
    before = _Before()
    for row in connection.execute(
        text(f"SELECT {', '.join(_Link._fields)} FROM event_sources WHERE raw_event_id = ANY(:ids)"),
        {"ids": [link.raw_event_id for link in links]},
    ):
        before.links[row.raw_event_id] = _Link._make(row)
    ids = {event.id for event in events} | {link.event_id for link in before.links.values() if link.event_id}
    named = {"ids": [str(i) for i in ids]}
    for row in connection.execute(
        text(f"SELECT id, {', '.join(EVENT_COLUMNS)} FROM events WHERE id = ANY(cast(:ids AS uuid[]))"), named
    ):
        before.events[row.id] = dict(row._mapping)
    for row in connection.execute(
        text(
            "SELECT event_id, artist_id, billed_as, role FROM event_artists"
            " WHERE event_id = ANY(cast(:ids AS uuid[])) ORDER BY event_id, position"
        ),
        named,
    ):
        before.bills.setdefault(row.event_id, []).append((row.artist_id, row.billed_as, row.role))
    return before


def _bill(event: EventRow) -> _Bill:
    return [(artist_id, name, role) for artist_id, _, name, role in event.acts]


def _event_diff(before: _Before, event: EventRow) -> dict[str, Any]:
    """field -> [before, after] of an event that is there already; search_text says nothing of its own."""
    old = before.events[event.id]
    diff = {
        name: [old[name], event.columns[name]]
        for name in EVENT_COLUMNS
        if name != "search_text" and old[name] != event.columns[name]
    }
    old_bill = before.bills.get(event.id, [])
    if old_bill != _bill(event):
        diff["bill"] = [[name for _, name, _ in old_bill], [name for _, name, _ in _bill(event)]]
    return diff


def _differences(
    before: _Before, events: Sequence[EventRow], links: Sequence[_Link]
) -> tuple[WriteCounts, list[Change]]:
    counts, changes = WriteCounts(), []
    for event in events:
        if event.id not in before.events:
            counts.created += 1
            changes.append(Change("event", event.id, "create"))
        elif diff := _event_diff(before, event):
            counts.updated += 1
            changes.append(Change("event", event.id, "update", diff=diff))
        else:
            counts.unchanged += 1
    for link in links:
        if link.skip_reason is not None:
            counts.skipped += 1
            old = before.links.get(link.raw_event_id)
            if old is None or old.skip_reason != link.skip_reason:
                changes.append(
                    Change("raw_event", None, "skip", reason=link.skip_reason, raw_event_id=link.raw_event_id)
                )
    return counts, changes + list(_merges_and_splits(before, links))


def _merges_and_splits(before: _Before, links: Sequence[_Link]) -> Iterable[Change]:
    """Events whose rows were in several events before, or are in several now."""
    came_from: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    went_to: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for link in links:
        old = before.links.get(link.raw_event_id)
        if old is not None and old.event_id is not None and link.event_id is not None:
            came_from[link.event_id].add(old.event_id)
            went_to[old.event_id].add(link.event_id)
    for event_id, old_ids in sorted(came_from.items()):
        if len(old_ids) > 1:
            yield Change("event", event_id, "merge", diff={"events": [sorted(map(str, old_ids)), [str(event_id)]]})
    for event_id, new_ids in sorted(went_to.items()):
        if len(new_ids) > 1:
            yield Change("event", event_id, "split", diff={"events": [[str(event_id)], sorted(map(str, new_ids))]})


def _named_artists(events: Sequence[EventRow], rows: Sequence[LinkRow]) -> dict[uuid.UUID, tuple[str, str]]:
    """The artists of bills: (key, a name) by id."""
    artists = {artist_id: (key, name) for event in events for artist_id, key, name, _ in event.acts}
    for row in rows:
        for act in row.bill:
            artists.setdefault(uuid.UUID(act["id"]), (act["key"], act["name"]))
    return artists


def _write_events(connection: Connection, before: _Before, events: Sequence[EventRow]) -> None:
    new, changed = [], []
    for event in events:
        stored = event.columns | {"genres": words_array(event.columns["genres"])}
        values = [event.id, *(stored[name] for name in EVENT_COLUMNS)]
        if (old := before.events.get(event.id)) is None:
            new.append(values)
        elif any(old[name] != event.columns[name] for name in EVENT_COLUMNS):
            changed.append(values)
    append(connection, "events", ["id", *EVENT_COLUMNS], new)
    if changed:
        upsert(connection, "events", ["id"], ["id", *EVENT_COLUMNS], changed)


def _write_links(connection: Connection, before: _Before, links: Sequence[_Link]) -> None:
    append(
        connection, "event_sources", _Link._fields, (each for each in links if each.raw_event_id not in before.links)
    )
    changed = [each for each in links if before.links.get(each.raw_event_id, each) != each]
    if changed:
        upsert(connection, "event_sources", ["raw_event_id"], _Link._fields, changed)


def _write_bills(connection: Connection, before: _Before, events: Sequence[EventRow]) -> set[uuid.UUID]:
    """Write the bills that are others now; returns the artists that they name or named, and those of moved events."""
    artists: set[uuid.UUID] = set()
    for event in events:
        if event.id in before.events and before.events[event.id]["city"] != event.columns["city"]:
            artists.update(artist_id for artist_id, _, _ in _bill(event))
    billed = [event for event in events if before.bills.get(event.id, []) != _bill(event)]
    artists.update(a for event in billed for a, _, _ in [*before.bills.get(event.id, ()), *_bill(event)])
    again = [str(event.id) for event in billed if event.id in before.bills]
    if again:
        connection.execute(text("DELETE FROM event_artists WHERE event_id = ANY(cast(:ids AS uuid[]))"), {"ids": again})
    acts = (
        (event.id, position, artist_id, role, name)
        for event in billed
        for position, (artist_id, _, name, role) in enumerate(event.acts, 1)
    )
    append(connection, "event_artists", ["event_id", "position", "artist_id", "role", "billed_as"], acts)
    return artists


def _delete_orphans(
    connection: Connection, before: _Before, events: Sequence[EventRow]
) -> tuple[int, list[Change], set[uuid.UUID]]:
    """Delete the events that no row belongs to any more; returns how many, the records, and who was on their bills."""
    left = set(before.events) - {event.id for event in events}
    if not left:
        return 0, [], set()
    artists = {artist_id for event_id in left for artist_id, _, _ in before.bills.get(event_id, ())}
    gone = connection.scalars(
        text(
            "DELETE FROM events e WHERE e.id = ANY(cast(:ids AS uuid[]))"
            " AND NOT EXISTS (SELECT FROM event_sources s WHERE s.event_id = e.id) RETURNING e.id"
        ),
        {"ids": sorted(str(i) for i in left)},
    ).all()
    reason = "no row belongs to it any more"
    changes = [Change("event", event_id, "delete", reason=reason) for event_id in sorted(gone)]
    return len(gone), changes, artists


def _write_review(connection: Connection, built: Mapping[BlockKey, BlockResult]) -> None:
    connection.execute(
        text(
            "DELETE FROM review_pairs p"
            " USING unnest(cast(:houses AS uuid[]), cast(:nights AS date[])) AS b (house_id, night)"
            " WHERE p.house_id = b.house_id AND p.night = b.night"
        ),
        {"houses": [b.house_id for b in built], "nights": [b.night for b in built]},
    )
    pairs = [(block, pair) for block, result in built.items() for pair in result.review]
    if pairs:
        columns = ["left_row", "right_row", "house_id", "night", "score", "explanation"]
        rows = ((*_pair_key(p), block.house_id, block.night, p.score, _evidence(p)) for block, p in pairs)
        upsert(connection, "review_pairs", ["left_row", "right_row"], columns, rows)


def _pair_key(pair: Pair) -> list[uuid.UUID]:
    return sorted((pair.left.row.row_uuid, pair.right.row.row_uuid))


def _evidence(pair: Pair) -> list[dict[str, Any]]:
    return [evidence_json(evidence) for evidence in pair.evidence]
