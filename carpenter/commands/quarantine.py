"""`quarantine`: what was read and is in no event, row by row, with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from carpenter.commands.choices import known_source
from sms_catalog.quarantine import Quarantined, SkippedRow, quarantined, skipped_rows
from sms_catalog.words import folded, moment_words
from sms_database.cli import database, plural, say, say_json


def quarantine(
    source: Annotated[str | None, typer.Option(help="Of this source only.")] = None,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="The raw rows that the build made part of no event, instead.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print them as JSON, with the records as they were read.")
    ] = False,
) -> None:
    """List the records that could not be stored, newest first, each with where it was met and every reason.

    They are kept as they were read; the next good crawl or load stores what is mended at its source.
    """
    with database() as engine, engine.connect() as connection:
        of_source = known_source(connection, source) if source else None
        listed = skipped_rows if skipped else quarantined
        found: Sequence[Quarantined | SkippedRow] = listed(connection, source=of_source, limit=limit + 1)
    shown = found[:limit]
    if as_json:
        say_json([asdict(each) for each in shown])
        return
    what = "skipped row" if skipped else "quarantined record"
    more = f"the first {plural(limit, what)}; --limit shows more" if len(found) > limit else plural(len(found), what)
    say(f"{more}:" if found else f"no {what}s")
    for each in shown:
        say("")
        for line in _skipped_lines(each) if isinstance(each, SkippedRow) else _lines(each):
            say(line)


def _lines(record: Quarantined) -> Iterator[str]:
    yield from folded(f"{moment_words(record.at)} · {record.source or 'no source'} · {_name(record.item)}")
    if record.origin:
        yield f"      {record.origin}"
    for reason in record.reasons:
        yield from folded(f"      - {reason}")


def _skipped_lines(row: SkippedRow) -> Iterator[str]:
    parts = [row.source, row.source_event_id, row.day.isoformat() if row.day else None, row.title]
    yield from folded(" · ".join(part for part in parts if part))
    if row.source_url:
        yield f"      {row.source_url}"
    yield from folded(f"      - {row.reason or 'no reason is kept'}")


def _name(item: Any) -> str:
    """What a record is called, as far as it says so."""
    named = [item.get(key) for key in ("source_event_id", "title")] if isinstance(item, Mapping) else [item]
    return " · ".join(str(each)[:100] for each in named if each) or "without a title"
