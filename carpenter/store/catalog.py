"""Writing what blocks were built to: the difference to what is there, and nothing else."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from carpenter.store.audit import Change, record
from carpenter.store.dirty import BlockKey
from carpenter.store.staging import count_mentions, insert_missing, upsert
from carpenter.text import slugify
from carpenter.values import BlockResult, EventRow, LinkRow, Pair, evidence_json

EVENT_COLUMNS = (
    "city",
    "night",
    "title",
    "slug",
    "venue_id",
    "event_day",
    "end_day",
    "timezone",
    "starts_at",
    "doors_at",
    "ends_at",
    "kind",
    "status",
    "presenter",
    "tour",
    "price_min",
    "price_max",
    "currency",
    "is_free",
    "min_age",
    "description",
    "event_url",
    "ticket_url",
    "image_url",
    "is_hidden",
    "provenance",
    "search_text",
)

LINK_COLUMNS = ("event_id", "venue_id", "score", "explanation", "bill", "notes", "skip_reason")

_Bill = list[tuple[uuid.UUID, str, str]]


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

    links: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    events: dict[uuid.UUID, Mapping[str, Any]] = field(default_factory=dict)
    bills: dict[uuid.UUID, _Bill] = field(default_factory=lambda: defaultdict(list))


def write(
    connection: Connection,
    run_id: int,
    built: Mapping[BlockKey, BlockResult],
    unplaced: Sequence[LinkRow] = (),
) -> WriteCounts:
    """Bring the catalog to what the blocks were built to, within the caller's transaction.

    `unplaced` are rows that belong to no block.
    """
    links = [link for result in built.values() for link in result.links] + list(unplaced)
    events = [event for result in built.values() for event in result.events]
    before = _read_before(connection, links, events)
    counts, changes = _differences(before, events, links)
    _write_artists(connection, events, links)
    _write_events(connection, before, events)
    _write_links(connection, before, links)
    _count_mentions(connection, before, links)
    counts.deleted, deleted = _delete_orphans(connection, before, events)
    _write_review(connection, built)
    record(connection, run_id, changes + deleted, unchanged=counts.unchanged)
    return counts


def _read_before(connection: Connection, links: Sequence[LinkRow], events: Sequence[EventRow]) -> _Before:
    before = _Before()
    names = ", ".join(LINK_COLUMNS)
    for row in connection.execute(
        text(f"SELECT raw_event_id, {names} FROM event_sources WHERE raw_event_id = ANY(:ids)"),
        {"ids": [link.raw_event_id for link in links]},
    ):
        before.links[row.raw_event_id] = dict(row._mapping)
    ids = {event.id for event in events} | {link["event_id"] for link in before.links.values() if link["event_id"]}
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
        before.bills[row.event_id].append((row.artist_id, row.billed_as, row.role))
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
    if before.bills[event.id] != _bill(event):
        diff["bill"] = [[name for _, name, _ in before.bills[event.id]], [name for _, name, _ in _bill(event)]]
    return diff


def _differences(
    before: _Before, events: Sequence[EventRow], links: Sequence[LinkRow]
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
            if before.links.get(link.raw_event_id, {}).get("skip_reason") != link.skip_reason:
                changes.append(
                    Change("raw_event", None, "skip", reason=link.skip_reason, raw_event_id=link.raw_event_id)
                )
    return counts, changes + list(_merges_and_splits(before, links))


def _merges_and_splits(before: _Before, links: Sequence[LinkRow]) -> Iterable[Change]:
    """Events whose rows were in several events before, or are in several now."""
    came_from: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    went_to: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for link in links:
        old = before.links.get(link.raw_event_id, {}).get("event_id")
        if old is not None and link.event_id is not None:
            came_from[link.event_id].add(old)
            went_to[old].add(link.event_id)
    for event_id, old_ids in sorted(came_from.items()):
        if len(old_ids) > 1:
            yield Change("event", event_id, "merge", diff={"events": [sorted(map(str, old_ids)), [str(event_id)]]})
    for event_id, new_ids in sorted(went_to.items()):
        if len(new_ids) > 1:
            yield Change("event", event_id, "split", diff={"events": [[str(event_id)], sorted(map(str, new_ids))]})


def _write_artists(connection: Connection, events: Sequence[EventRow], links: Sequence[LinkRow]) -> None:
    """Enter the artists that are named for the first time; `finish` names them."""
    artists = {artist_id: (key, name) for event in events for artist_id, key, name, _ in event.acts}
    for link in links:
        for act in link.bill:
            artists.setdefault(uuid.UUID(act["id"]), (act["key"], act["name"]))
    rows = [(artist_id, key, name, slugify(name)) for artist_id, (key, name) in artists.items()]
    insert_missing(connection, "artists", ["id"], ["id", "name_key", "name", "slug"], rows)


def _write_events(connection: Connection, before: _Before, events: Sequence[EventRow]) -> None:
    changed = [
        event
        for event in events
        if (old := before.events.get(event.id)) is None
        or any(old[name] != event.columns[name] for name in EVENT_COLUMNS)
    ]
    rows = ([event.id, *(event.columns[name] for name in EVENT_COLUMNS)] for event in changed)
    upsert(connection, "events", ["id"], ["id", *EVENT_COLUMNS], rows)
    moved = [e for e in changed if e.id in before.events and before.events[e.id]["city"] != e.columns["city"]]
    _mark_stale(connection, {artist_id for event in moved for artist_id, _, _ in _bill(event)})
    billed = [event for event in events if before.bills[event.id] != _bill(event)]
    if not billed:
        return
    touched = {a for event in billed for a, _, _ in [*before.bills[event.id], *_bill(event)]}
    _mark_stale(connection, touched)
    connection.execute(
        text("DELETE FROM event_artists WHERE event_id = ANY(cast(:ids AS uuid[]))"),
        {"ids": [str(event.id) for event in billed]},
    )
    columns = ["event_id", "position", "artist_id", "role", "billed_as"]
    acts = (
        (event.id, position, artist_id, role, name)
        for event in billed
        for position, (artist_id, _, name, role) in enumerate(event.acts, 1)
    )
    upsert(connection, "event_artists", ["event_id", "position"], columns, acts)


def _link_values(link: LinkRow) -> dict[str, Any]:
    return {
        "event_id": link.event_id,
        "venue_id": link.venue.id if link.venue else None,
        "score": link.score,
        "explanation": link.explanation,
        "bill": link.bill,
        "notes": link.notes,
        "skip_reason": link.skip_reason,
    }


def _write_links(connection: Connection, before: _Before, links: Sequence[LinkRow]) -> None:
    rows = []
    for link in links:
        values = _link_values(link)
        if before.links.get(link.raw_event_id, {}) != values | {"raw_event_id": link.raw_event_id}:
            rows.append([link.raw_event_id, *(values[name] for name in LINK_COLUMNS)])
    upsert(connection, "event_sources", ["raw_event_id"], ["raw_event_id", *LINK_COLUMNS], rows)


def _count_mentions(connection: Connection, before: _Before, links: Sequence[LinkRow]) -> None:
    """Move the counts of spellings and links by the difference of what the rows said and say."""
    spellings: Counter[tuple[Any, ...]] = Counter()
    pages: Counter[tuple[Any, ...]] = Counter()
    for link in links:
        old = before.links.get(link.raw_event_id)
        new = _link_values(link)
        for values, sign in ((old, -1), (new, 1)):
            if values is None:
                continue
            for act in values["bill"]:
                spellings[uuid.UUID(act["id"]), act["name"]] += sign
                for kind, value in act["links"].items():
                    pages[uuid.UUID(act["id"]), kind, value] += sign
    looked_up = "t.services <> '{}'"
    count_mentions(connection, "artist_aliases", ["artist_id", "alias"], spellings, keep=looked_up)
    count_mentions(connection, "artist_links", ["artist_id", "kind", "value"], pages, keep=looked_up)
    _mark_stale(connection, {key[0] for counts in (spellings, pages) for key, delta in counts.items() if delta})


def _mark_stale(connection: Connection, ids: Iterable[uuid.UUID]) -> None:
    """Have artists named again by all that now mention them."""
    named = sorted(str(i) for i in ids)
    if named:
        connection.execute(
            text(
                "WITH locked AS (SELECT id FROM artists WHERE id = ANY(cast(:ids AS uuid[])) AND NOT is_stale"
                " ORDER BY id FOR UPDATE) UPDATE artists SET is_stale = true WHERE id IN (SELECT id FROM locked)"
            ),
            {"ids": named},
        )


def _delete_orphans(connection: Connection, before: _Before, events: Sequence[EventRow]) -> tuple[int, list[Change]]:
    """Delete the events that no row belongs to any more."""
    left = set(before.events) - {event.id for event in events}
    if not left:
        return 0, []
    artists = {artist_id for event_id in left for artist_id, _, _ in before.bills[event_id]}
    _mark_stale(connection, artists)
    gone = connection.scalars(
        text(
            "DELETE FROM events e WHERE e.id = ANY(cast(:ids AS uuid[]))"
            " AND NOT EXISTS (SELECT FROM event_sources s WHERE s.event_id = e.id) RETURNING e.id"
        ),
        {"ids": sorted(str(i) for i in left)},
    ).all()
    reason = "no row belongs to it any more"
    return len(gone), [Change("event", event_id, "delete", reason=reason) for event_id in sorted(gone)]


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
