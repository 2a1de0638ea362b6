"""An explanation of an event as lines for a person. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sms_catalog import words
from sms_catalog.decisions import ListedDecision, decision_line
from sms_catalog.explanations import Explanation
from sms_catalog.lineage import AuditRecord, MemberRow, RoomMention
from sms_catalog.records import full_record
from sms_catalog.words import evidence_words, moment_words, sum_words, value_words

APART_SHOWN = 4
"""Events of the same night that are shown: --json has all."""

_HOURS = (("doors", "doors_time"), ("show", "start_time"), ("end", "end_time"))
_NAME_WIDTH = 12
_INDENT = 2


def explained(known: Explanation, apart: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lines of any length, indented by what they belong to. `apart` is what `carpenter.explain.replay` tells."""
    rows = known.rows
    record = full_record(known.event)
    yield known.event.title + ("  (hidden)" if known.event.is_hidden else "")
    yield from _head(known, record)
    yield from _section("Where each value comes from", _fields(known))
    yield from _section(
        f"The {len(rows)} rows it is made of" if len(rows) > 1 else "The row it is made of", _rows(known)
    )
    yield from _section("How its rows name the room", _rooms(known.rooms))
    yield from _section("The same night, but not the same show", _apart(apart, known.decisions))
    yield from _section("Decisions", _decisions(known.decisions))
    yield from _section("Not decided: perhaps the same show", map(_pair_line, known.review))
    yield from _section("What runs did to it, the latest first", map(_audit_line, known.audit))


def _head(known: Explanation, record: Mapping[str, Any]) -> Iterator[str]:
    event, rows = known.event, known.rows
    hours = [f"{name} {record[key]}" for name, key in _HOURS if record[key]]
    place = (part for part in (event.venue.name, event.venue.address) if part) if event.venue else ()
    yield "  " + " · ".join([words.day_words(event.event_day), *hours, *place])
    yield "  " + " · ".join(part for part in _facts(record) if part)
    if event.night != event.event_day:
        yield f"  counts to the night of {words.day_words(event.night)}"
    yield f"  id {event.id}"
    if known.former_ids:
        yield f"  formerly {', '.join(map(str, known.former_ids))}"
    first, last = min(row.first_seen_at for row in rows), max(row.last_seen_at for row in rows)
    yield f"  first seen {moment_words(first)}, last seen {moment_words(last)}"


def _facts(event: Mapping[str, Any]) -> Sequence[str]:
    return event["kind"], event["status"], words.price_words(event), words.age_words(event["min_age"])


def _fields(known: Explanation) -> Iterator[str]:
    trust_of = {row.key: row.trust for row in known.rows}
    for field in known.fields:
        trust = f", trust {trust_of[field.origin]}" if field.origin in trust_of else ""
        first = f"{field.name:<{_NAME_WIDTH}} {field.value}  from {field.origin}{trust}: {field.rule}"
        if len(first) + _INDENT <= words.COLUMNS:
            yield first
        else:
            yield f"{field.name:<{_NAME_WIDTH}} {field.value}"
            yield f"{'':<{_NAME_WIDTH}}   from {field.origin}{trust}: {field.rule}"
        for other in field.others:
            witness = f"{other.role}, trust {other.trust}"
            yield f"{'':<{_NAME_WIDTH}}   not {other.value} ({other.row}, {witness})"


def _rows(known: Explanation) -> Iterator[str]:
    rows = known.rows
    shown = {_pair_of(row) for row in rows[1:]}
    for number, row in enumerate(rows):
        yield from _row_lines(row, known.decisions, is_founder=number == 0, is_told=_pair_of(row) in shown)


def _pair_of(row: MemberRow) -> frozenset[str | None]:
    return frozenset({row.key, row.compared_with})


def _row_lines(
    row: MemberRow, decisions: Sequence[ListedDecision], *, is_founder: bool, is_told: bool
) -> Iterator[str]:
    if is_founder:
        yield f"{row.key}  (founder: the first that was seen)"
    elif row.evidence:
        yield f"{row.key}  (joined, score {row.score:.2f})"
    else:
        merges = [str(decision.id) for decision in decisions if decision.kind == "merge"]
        yield f"{row.key}  (joined by decision {' and '.join(merges)})"
    yield f"  {' / '.join(row.title.splitlines())}"
    yield f"  {row.source_url or 'no page'}"
    versions = f", {row.earlier_versions} earlier versions" if row.earlier_versions else ""
    seen = f"first seen {moment_words(row.first_seen_at)}, last {moment_words(row.last_seen_at)}"
    yield f"  {seen}, fetched {moment_words(row.fetched_at)}{versions}"
    if row.unlisted_at:
        yield f"  unlisted: last listed {moment_words(row.unlisted_at)}"
    if row.bill:
        yield "  names: " + " / ".join(f"{act['name']} ({act['role']})" for act in row.bill)
    if row.evidence and not (is_founder and is_told):
        yield f"  the same show as {row.compared_with}:"
        yield from _evidence_lines(row.evidence, row.score, "    ")
    for note in row.notes:
        yield f"  note: {note['field']}: {note['reason']}"


def _evidence_lines(evidence: Sequence[Mapping[str, Any]], score: float, indent: str) -> Iterator[str]:
    for part in evidence:
        yield f"{indent}{evidence_words(part)}"
    yield f"{indent}{sum_words(evidence, score)}"


def _rooms(rooms: Sequence[RoomMention]) -> Iterator[str]:
    """Each way of naming the room once, with the rows that name it so."""
    ways: dict[tuple[Any, ...], list[RoomMention]] = defaultdict(list)
    for room in rooms:
        ways[room.printed, room.address, room.rule, room.venue, str(room.explanation)].append(room)
    for named in ways.values():
        first = named[0]
        address = f", {first.address}" if first.address else ""
        yield f"{first.printed}{address}: {first.rule}, so {first.venue or 'not known yet'}"
        yield f"  in {', '.join(room.row_key for room in named)}"
        if first.evidence:
            yield f"  the same room as {first.other_printed or 'one that no row names any more'}" + (
                f" of {first.other_source}:" if first.other_source else ":"
            )
            yield from _evidence_lines(first.evidence, sum(part["weight"] for part in first.evidence), "    ")


def _apart(apart: Sequence[Mapping[str, Any]], decisions: Sequence[ListedDecision]) -> Iterator[str]:
    authors = {decision.id: decision.author for decision in decisions}
    for other in apart[:APART_SHOWN]:
        hours = "".join(f" · {hour}" for hour in other["hours"])
        yield f"{other['title']}{hours}  ({', '.join(other['rows'][:3])}{' …' if len(other['rows']) > 3 else ''})"
        author = f" by {authors[other['decision_id']]}" if other["decision_id"] in authors else ""
        yield f"  kept apart: {other['reason']}{author}"
        if other["explanation"]:
            yield f"  the likest rows, {other['between'][0]} and {other['between'][1]}:"
            yield from _evidence_lines(other["explanation"], other["score"], "    ")
    if (more := len(apart) - APART_SHOWN) > 0:
        yield f"and {more} more, which are less like it"


def _decisions(decisions: Iterable[ListedDecision]) -> Iterator[str]:
    for decision in decisions:
        yield decision_line(decision)
        if decision.standing:
            yield f"  {decision.standing}"


def _pair_line(pair: Mapping[str, Any]) -> str:
    return f"{pair['left_key']} and {pair['right_key']}, score {pair['score']:.2f} (python -m carpenter review)"


def _audit_line(record: AuditRecord) -> str:
    fields = "; ".join(f"{name}: {_change(name, *change)}" for name, change in record.diff.items())
    told = "; ".join(part for part in (fields, record.reason) if part)
    run = f"run {record.carpenter_run_id} ({record.run})"
    return f"{moment_words(record.recorded_at)}  {run}: {record.change}" + (f"  {told}" if told else "")


def _change(name: str, before: Any, after: Any) -> str:
    if name != "provenance":
        return f"{value_words(before)} → {value_words(after)}"
    changed = (entry for entry, stored in after.items() if _choice(stored) != _choice(before.get(entry, {})))
    return ", ".join(f"{entry} from {after[entry]['from']}" for entry in changed)


def _choice(stored: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Of an entry of provenance, what was taken and why: not what others say."""
    return stored.get("from"), stored.get("rule")


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with its lines; nothing where there are none."""
    listed = list(lines)
    if listed:
        yield ""
        yield heading
        yield from (f"{'':{_INDENT}}{line}" for line in listed)
