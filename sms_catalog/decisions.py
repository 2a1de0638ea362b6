"""What people decided, and what keeps a decision in force from doing what it says."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from sms_catalog.words import moment_words
from sms_database.decisions import IS_VENUE_GONE, DecisionFacts, joined_groups, named_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDecision:
    """A decision (`sms_database.models.audit.Decision`) with what it is about now."""

    id: int
    kind: str
    target: uuid.UUID
    field: str | None
    value: Any
    reason: str | None
    author: str
    decided_at: datetime
    deleted_at: datetime | None
    """When it was undone; None while it is in force."""
    deleted_by: str | None
    event_id: uuid.UUID | None
    """The event that holds its target."""
    title: str | None
    """Of that event; the name of the artist that it is about."""
    is_venue_gone: bool
    """Does it give a venue that is described no more?"""
    is_alone: bool
    """Is none of the rows that it joins to its target, or parts from it, in an event?"""
    standing: str | None = None
    """What keeps it from doing what it says; None where nothing does."""

    @property
    def facts(self) -> DecisionFacts:
        """The decision as a build takes it."""
        return DecisionFacts(id=self.id, kind=self.kind, target=self.target, field=self.field, value=self.value)


_DECISIONS = f"""
SELECT d.id, d.kind, d.target, d.field, d.value, d.reason, d.author, d.decided_at,
    d.deleted_at, d.deleted_by, s.event_id,
    coalesce(e.title, a.name) AS title, ({IS_VENUE_GONE}) AS is_venue_gone,
    d.kind IN ('merge', 'split') AND NOT EXISTS (
        SELECT FROM raw_evidence o JOIN event_sources os ON os.raw_event_id = o.raw_event_id
        WHERE os.event_id IS NOT NULL AND o.row_uuid IN (
            SELECT cast(named AS uuid) FROM jsonb_array_elements_text(
                CASE jsonb_typeof(d.value) WHEN 'array' THEN d.value ELSE '[]' END) AS named)
    ) AS is_alone
FROM decisions d LEFT JOIN raw_evidence w ON w.row_uuid = d.target
LEFT JOIN event_sources s ON s.raw_event_id = w.raw_event_id LEFT JOIN events e ON e.id = s.event_id
LEFT JOIN artists a ON a.id = d.target
WHERE d.deleted_at IS NULL OR :undone_too ORDER BY d.id
"""


def decisions_in_force(connection: Connection) -> list[ListedDecision]:
    """Every decision that is not undone, oldest first, with why it has no effect where it has none."""
    return _decisions(connection, undone_too=False)


def decisions_made(connection: Connection) -> list[ListedDecision]:
    """The same of every decision, those that somebody has undone among them."""
    return _decisions(connection, undone_too=True)


def _decisions(connection: Connection, *, undone_too: bool) -> list[ListedDecision]:
    rows = connection.execute(text(_DECISIONS), {"undone_too": undone_too})
    decisions = [ListedDecision(**row._mapping) for row in rows]
    standings = _standings([decision for decision in decisions if decision.deleted_at is None])
    return [replace(decision, standing=standings.get(decision.id)) for decision in decisions]


def decisions_about(decisions: Sequence[ListedDecision], rows: Sequence[uuid.UUID]) -> list[ListedDecision]:
    """The decisions that name any of these rows, by `row_uuid`."""
    named = set(rows)
    return [d for d in decisions if d.kind != "artist_link" and not named.isdisjoint(named_rows(d.facts))]


def decision_line(decision: ListedDecision) -> str:
    """ "7  override price_min = 15 of …, by ann on 2026-11-20 18:00: as the flyer says"."""
    kind, value = decision.kind, decision.value
    if kind == "override":
        what = f"override {decision.field} = {orjson.dumps(value).decode()} of {decision.target}"
    elif kind == "artist_link":
        what = f"{decision.target} is {value or 'nobody'} at {decision.field}"
    elif kind == "hide":
        what = f"hide {decision.target}"
    else:
        what = f"{kind} {decision.target} and {', '.join(value)}"
    reason = f": {decision.reason}" if decision.reason else ""
    return f"{decision.id}  {what}, by {decision.author} on {moment_words(decision.decided_at)}{reason}"


def undone_line(decision: ListedDecision) -> str | None:
    """ "undone by ann on 2026-11-21 09:00"; None of a decision in force."""
    if decision.deleted_at is None:
        return None
    return f"undone by {decision.deleted_by} on {moment_words(decision.deleted_at)}"


def _standings(decisions: Sequence[ListedDecision]) -> dict[int, str]:
    """By id, what keeps a decision from doing what it says; decisions that do it are left out."""
    found = _overruled(decisions) | _parted(decisions)
    for decision in decisions:
        if decision.is_venue_gone:
            found[decision.id] = "binds nothing: sms_database/venues.toml describes that venue no more"
        elif decision.title is None:
            what = "no row names that artist" if decision.kind == "artist_link" else "that row is in no event"
            found[decision.id] = f"binds nothing now: {what}"
        elif decision.is_alone:
            found[decision.id] = "binds nothing now: none of the other rows is in an event"
    return found


def _overruled(decisions: Sequence[ListedDecision]) -> dict[int, str]:
    """Of several that give one field of one event, or one service of one artist, the latest is taken."""
    given: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for decision in decisions:
        if decision.kind in ("override", "artist_link") and not decision.is_venue_gone:
            about = decision.event_id or decision.target
            given[decision.kind, about, decision.field].append(decision.id)
    return {early: f"overruled by decision {ids[-1]}, the later one" for ids in given.values() for early in ids[:-1]}


def _parted(decisions: Sequence[ListedDecision]) -> dict[int, str]:
    """A split wins over every merge that would bring its rows together."""
    facts = [decision.facts for decision in decisions if decision.kind in ("merge", "split")]
    group_of = {row: set(group) for group in joined_groups(facts) for row in group}
    found = {}
    for merge in (f for f in facts if f.kind == "merge"):
        left = group_of.get(merge.target, {merge.target})
        rest = [row for row in named_rows(merge) if row not in left]
        if rest:
            right = set().union(*(group_of.get(row, {row}) for row in rest))
            splits = [s.id for s in facts if s.kind == "split" and _is_between(s, left, right)]
            how = "not done" if len(rest) == len(set(named_rows(merge)) - {merge.target}) else "done in part"
            found[merge.id] = f"{how}: {' and '.join(f'decision {i}' for i in splits)} parts them, and a split wins"
    return found


def _is_between(split: DecisionFacts, left: set[uuid.UUID], right: set[uuid.UUID]) -> bool:
    others = set(named_rows(split)[1:])
    return (split.target in left and bool(others & right)) or (split.target in right and bool(others & left))
