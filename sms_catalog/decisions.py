"""Decisions in one line each, and what became of those that bind nothing or that another one overrules."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from sms_catalog.words import moment_words
from sms_database.decisions import DecisionFacts, joined_groups, named_rows


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
    return f"{decision['id']}  {what}, by {decision['author']} on {moment_words(decision['decided_at'])}{reason}"


def undone_line(decision: Mapping[str, Any]) -> str | None:
    """ "undone by ann on 2026-11-21 09:00"; None of a decision in force."""
    if decision["deleted_at"] is None:
        return None
    return f"undone by {decision['deleted_by']} on {moment_words(decision['deleted_at'])}"


def binding(decisions: Sequence[Mapping[str, Any]], rows: Sequence[uuid.UUID]) -> list[Mapping[str, Any]]:
    """Those of the decisions that name any of these rows."""
    named = set(rows)
    return [d for d in decisions if d["kind"] != "artist_link" and not named.isdisjoint(named_rows(_facts(d)))]


def standings(decisions: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """By id, what keeps a decision from doing what it says; those that do it are left out.

    `decisions` are all that are in force (`decisions_in_force`), oldest first.
    """
    found = _overruled(decisions) | _parted(decisions)
    for decision in decisions:
        if decision["is_venue_gone"]:
            found[decision["id"]] = "binds nothing: sms_database/venues.toml describes that venue no more"
        elif decision["title"] is None:
            what = "no row names that artist" if decision["kind"] == "artist_link" else "that row is in no event"
            found[decision["id"]] = f"binds nothing now: {what}"
        elif decision["is_alone"]:
            found[decision["id"]] = "binds nothing now: none of the other rows is in an event"
    return found


def _overruled(decisions: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Of several that give one field of one event, or one service of one artist, the latest is taken."""
    given: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for decision in decisions:
        if decision["kind"] in ("override", "artist_link") and not decision["is_venue_gone"]:
            about = decision["event_id"] or decision["target"]
            given[decision["kind"], about, decision["field"]].append(decision["id"])
    return {early: f"overruled by decision {ids[-1]}, the later one" for ids in given.values() for early in ids[:-1]}


def _parted(decisions: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """A split wins over every merge that would bring its rows together."""
    facts = [_facts(d) for d in decisions if d["kind"] in ("merge", "split")]
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


def _facts(decision: Mapping[str, Any]) -> DecisionFacts:
    return DecisionFacts(**{name: decision[name] for name in ("id", "kind", "target", "field", "value")})
