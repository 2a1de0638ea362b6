"""`review`: pairs of rows that the scorer would neither join nor keep apart, and artists that it would not match."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from carpenter.commands.console import database, plural, say, say_json, show
from carpenter.commands.wording import day_words, evidence_words
from carpenter.store.event_queries import artist_pairs, review_pairs


def review(as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False) -> None:
    """List the rows that are perhaps one show, and the artists that are perhaps an act of a service.

    Each with what speaks for and against it, and how to settle it.
    """
    with database() as engine, engine.connect() as connection:
        pairs = review_pairs(connection)
        artists = artist_pairs(connection)
    if as_json:
        rows = [pair | {"kind": "event", "same": _same(pair), "different": _different(pair)} for pair in pairs]
        acts = [pair | {"kind": "artist", "same": _is_it(pair), "different": _is_none(pair)} for pair in artists]
        say_json(rows + acts)
        return
    if pairs:
        _show_events(pairs)
    if artists:
        _show_artists(artists)
    if not (pairs or artists):
        say("nothing to review")


def _show_events(pairs: Sequence[Mapping[str, Any]]) -> None:
    show(_table(pairs))
    say(f"{plural(len(pairs), 'pair')} to settle:")
    for number, pair in enumerate(pairs, 1):
        say(f"{number:>3}  one show:   {_same(pair)}")
        say(f"     two shows:  {_different(pair)}")


def _show_artists(pairs: Sequence[Mapping[str, Any]]) -> None:
    table = Table("", "artist", "score", "perhaps", "for and against", box=SIMPLE_HEAD)
    for number, pair in enumerate(pairs, 1):
        table.add_row(
            str(number),
            escape(pair["artist"]),
            f"{pair['score']:.2f}",
            escape(_candidate_words(pair["candidate"])),
            escape("\n".join(map(evidence_words, pair["explanation"]))),
        )
        table.add_section()
    show(table)
    say("artists to settle:")
    for number, pair in enumerate(pairs, 1):
        say(f"{number:>3}  is it:      {_is_it(pair)}")
        say(f"     is nobody:  {_is_none(pair)}")


def _candidate_words(candidate: Mapping[str, Any]) -> str:
    """ "musicbrainz: Nirvana (US grunge band), US", and its page below."""
    note = f" ({candidate['note']})" if candidate["note"] else ""
    country = f", {candidate['country']}" if candidate["country"] else ""
    page = f"\n{candidate['url']}" if candidate["url"] else ""
    return f"{candidate['service']}: {candidate['name']}{note}{country}{page}"


def _table(pairs: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("", "night, room", "score", "rows", "times", "titles", "for and against", box=SIMPLE_HEAD)
    for number, pair in enumerate(pairs, 1):
        table.add_row(
            str(number),
            f"{day_words(pair['night'])}\n{escape(pair['venue'] or '')}",
            f"{pair['score']:.2f}",
            escape(f"{pair['left_key']}\n{pair['right_key']}"),
            f"{_times(pair, 'left')}\n{_times(pair, 'right')}",
            escape(f"{pair['left_title']}\n{pair['right_title']}"),
            escape("\n".join(map(evidence_words, pair["explanation"]))),
        )
        table.add_section()
    return table


def _times(pair: Mapping[str, Any], side: str) -> str:
    """ "doors 19:00, show 20:00", as printed."""
    named = (("doors", pair[f"{side}_doors"]), ("show", pair[f"{side}_start"]))
    return ", ".join(f"{name} {escape(time)}" for name, time in named if time) or "no hour"


def _same(pair: Mapping[str, Any]) -> str:
    return f"python -m carpenter decide merge {pair['left_event']} {pair['right_event']}"


def _is_it(pair: Mapping[str, Any]) -> str:
    candidate = pair["candidate"]
    settle = f"python -m carpenter decide artist-link {pair['artist_id']} {candidate['service']}"
    return f"{settle} {shlex.quote(candidate['id'])}"


def _is_none(pair: Mapping[str, Any]) -> str:
    return f"python -m carpenter decide artist-link {pair['artist_id']} {pair['candidate']['service']} none"


def _different(pair: Mapping[str, Any]) -> str:
    return f"python -m carpenter decide split {pair['left_event']} {shlex.quote(pair['right_key'])}"
