"""`review`: pairs of rows that the scorer would neither join nor keep apart."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from carpenter.commands.console import database, plural, say, say_json, show
from carpenter.commands.explain import evidence_words
from carpenter.commands.wording import day_words
from carpenter.store.event_queries import review_pairs


def review(as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False) -> None:
    """List the pairs of rows that are perhaps one show, with what speaks for and against, and how to settle each."""
    with database() as engine, engine.connect() as connection:
        pairs = review_pairs(connection)
    if as_json:
        say_json([pair | {"same": _same(pair), "different": _different(pair)} for pair in pairs])
        return
    if not pairs:
        say("nothing to review")
        return
    show(_table(pairs))
    say(f"{plural(len(pairs), 'pair')} to settle:")
    for number, pair in enumerate(pairs, 1):
        say(f"{number:>3}  one show:   {_same(pair)}")
        say(f"     two shows:  {_different(pair)}")


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


def _different(pair: Mapping[str, Any]) -> str:
    return f"python -m carpenter decide split {pair['left_event']} {shlex.quote(pair['right_key'])}"
