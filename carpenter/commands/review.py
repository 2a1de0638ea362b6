"""`review`: pairs of rows that are perhaps one show, what is perhaps live music, and artists not matched."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from sms_catalog.lineage import artist_pairs, doubtful_kinds, review_pairs
from sms_catalog.words import day_words, evidence_words, folded, sum_words
from sms_database.cli import database, plural, say, say_json


def review(as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False) -> None:
    """List the rows that are perhaps one show, events that are perhaps live music, artists perhaps an act of a service.

    Each with what speaks for and against it, and how to settle it. Those that most readers meet come first: pairs by
    the listings of both events, then by the room's capacity, then the soonest night; artists by their events.
    """
    with database() as engine, engine.connect() as connection:
        pairs = review_pairs(connection)
        doubtful = doubtful_kinds(connection)
        artists = artist_pairs(connection)
    if as_json:
        rows = [pair | {"kind": "event", "same": _same(pair), "different": _different(pair)} for pair in pairs]
        acts = [pair | {"kind": "artist", "same": _is_it(pair), "different": _is_none(pair)} for pair in artists]
        kinds = [
            event | {"kind": "kind", "music": _is_kind(event, "show"), "other": _is_kind(event, "other")}
            for event in doubtful
        ]
        say_json(rows + kinds + acts)
        return
    told = [list(_event_lines(pairs)), list(_kind_lines(doubtful)), list(_artist_lines(artists))]
    parts = [lines for lines, what in zip(told, (pairs, doubtful, artists), strict=True) if what]
    lines = [line for part in parts for line in (*part, "")][:-1]
    for line in lines or ["nothing to review"]:
        say(line)


def _event_lines(pairs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{plural(len(pairs), 'pair')} of rows, perhaps one show; those that most readers meet first:"
    for number, pair in enumerate(pairs, 1):
        size = f" (capacity {pair['capacity']:,})" if pair["capacity"] else ""
        room = f" · {pair['venue']}{size}" if pair["venue"] else ""
        yield ""
        yield from folded(f"{number:>3}  {day_words(pair['night'])}{room} · {plural(pair['listings'], 'listing')}")
        for side in ("left", "right"):
            yield from folded(f"     {pair[f'{side}_title']} · {_times(pair, side)} ({pair[f'{side}_key']})")
        yield from _evidence_lines(pair)
        yield f"     one show:   {_same(pair)}"
        yield f"     two shows:  {_different(pair)}"


def _kind_lines(doubtful: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{plural(len(doubtful), 'event')}, perhaps live music and left out until then; most read first:"
    for number, event in enumerate(doubtful, 1):
        room = f" · {event['venue']}" if event["venue"] else ""
        yield ""
        yield from folded(f"{number:>3}  {day_words(event['night'])}{room} · {plural(event['listings'], 'listing')}")
        yield from folded(f"     {event['title']}")
        if event["reason"]:
            yield from folded(f"       {event['reason']}")
        yield f"     music:      {_is_kind(event, 'show')}"
        yield f"     is none:    {_is_kind(event, 'other')}"


def _is_kind(event: Mapping[str, Any], kind: str) -> str:
    return f"python -m carpenter decide override {event['event']} kind {kind}"


def _artist_lines(pairs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{plural(len(pairs), 'act')} of services, each perhaps an artist of ours; those with most events first:"
    for number, pair in enumerate(pairs, 1):
        yield ""
        yield from folded(f"{number:>3}  {pair['artist']} · {plural(pair['events'], 'event')}")
        yield from folded(f"     {_candidate_words(pair['candidate'])}")
        if pair["candidate"]["url"]:
            yield f"     {pair['candidate']['url']}"
        yield from _evidence_lines(pair)
        yield f"     is it:      {_is_it(pair)}"
        yield f"     is nobody:  {_is_none(pair)}"


def _evidence_lines(pair: Mapping[str, Any]) -> Iterator[str]:
    for part in pair["explanation"]:
        yield from folded(f"       {evidence_words(part)}")
    yield f"       {sum_words(pair['explanation'], pair['score'])}"


def _candidate_words(candidate: Mapping[str, Any]) -> str:
    """ "musicbrainz: Nirvana (US grunge band), US"."""
    note = f" ({candidate['note']})" if candidate["note"] else ""
    country = f", {candidate['country']}" if candidate["country"] else ""
    return f"{candidate['service']}: {candidate['name']}{note}{country}"


def _times(pair: Mapping[str, Any], side: str) -> str:
    """ "doors 19:00, show 20:00", as printed."""
    named = (("doors", pair[f"{side}_doors"]), ("show", pair[f"{side}_start"]))
    return ", ".join(f"{name} {time}" for name, time in named if time) or "no hour"


def _same(pair: Mapping[str, Any]) -> str:
    return f"python -m carpenter decide merge {shlex.quote(pair['left_key'])} {shlex.quote(pair['right_key'])}"


def _is_it(pair: Mapping[str, Any]) -> str:
    candidate = pair["candidate"]
    settle = f"python -m carpenter decide artist-link {pair['artist_id']} {candidate['service']}"
    return f"{settle} {shlex.quote(candidate['id'])}"


def _is_none(pair: Mapping[str, Any]) -> str:
    return f"python -m carpenter decide artist-link {pair['artist_id']} {pair['candidate']['service']} none"


def _different(pair: Mapping[str, Any]) -> str:
    return f"python -m carpenter decide split {shlex.quote(pair['left_key'])} {shlex.quote(pair['right_key'])}"
