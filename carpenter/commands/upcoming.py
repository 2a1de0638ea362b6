"""`upcoming`: what is on, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from sqlalchemy import Connection

from carpenter.commands.choices import Where, known_city, known_kind, known_venue, query_where, zone_of
from sms_catalog import words
from sms_catalog.events import CatalogEvent, stream_events
from sms_catalog.query import Query, resolve
from sms_catalog.raw_rows import dirty_rows
from sms_catalog.records import event_record
from sms_database.cli import LineTable, clock, database, fail, plural, say, say_json, show, terminal_width
from sms_database.vocabulary import LISTED_STATUSES, MUSIC_KINDS
from sms_text.local_hours import tonight

_STATUS_STYLE: Mapping[str, str] = {"sold_out": "yellow", "rescheduled": "yellow"}
_WIDE = 120
"""Columns from which a terminal holds names of rooms and sources whole."""

OPEN_STAGES = frozenset({"open_mic", "open_jam"})
"""Nights that are called by their title: those on the bill are its hosts."""

_SPANS = ("first_night", "last_night", "first_day", "last_day", "ids")
"""A query that says none of these is for the coming nights."""

_OFF = frozenset({"cancelled", "postponed"})


def upcoming(
    days: Annotated[int, typer.Option(min=1, max=3_660, help="How many nights, tonight included.")] = 14,
    where: Where = None,
    venue: Annotated[str | None, typer.Option(help="Key, id or name of a room, or of a house with its rooms.")] = None,
    city: Annotated[str, typer.Option(help="The city whose calendar to show.")] = "seattle",
    kind: Annotated[str | None, typer.Option(help="Only this kind: show, open_mic, karaoke, …")] = None,
    all_kinds: Annotated[bool, typer.Option("--all-kinds", help="Trivia, karaoke and private nights too.")] = False,
    now: Annotated[str | None, typer.Option(help="ISO day or time to take for now; local to the city.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the events as export does, as one list.")] = False,
) -> None:
    """Show what is on: live music and open stages, unless a kind is asked for. Unlisted events are left out.

    --where asks for anything else: --where 'when=weekend&free=yes', --where 'hood=Capitol Hill' --where order=price.
    """
    with database() as engine, engine.connect() as connection:
        if kind is not None:
            kinds: list[str] | None = [known_kind(kind)]
        else:
            kinds = None if all_kinds else sorted(MUSIC_KINDS)
        defaults = Query(
            city=known_city(connection, city),
            venues=[known_venue(connection, venue)] if venue else None,
            kinds=kinds,
            statuses=LISTED_STATUSES,
        )
        asked = query_where(connection, where or (), defaults)
        moment = _moment(connection, asked.city or city, now)
        query = resolve(asked, moment, str(moment.tzinfo))
        if all(getattr(query, name) is None for name in _SPANS):
            first = tonight(moment)
            query = replace(query, first_night=first, last_night=first + timedelta(days=days - 1))
        events = list(stream_events(connection, query))
        if query.order == "time":
            events.sort(key=lambda event: (event.night, *_hour(event)))
        waiting = dirty_rows(connection)
    if as_json:
        say_json([event_record(event) for event in events])
        return
    if events:
        show(_table(events))
    found = plural(len(events), "event") if events else "nothing is on"
    say(", ".join([found, *_span(query)]))
    if waiting:
        say(f"{plural(waiting, 'raw row')} not built yet: python -m carpenter run")


def _span(query: Query) -> list[str]:
    """Its nights in words: at most one entry."""
    first, last = query.first_night, query.last_night
    if first is None or last is None:
        return [f"from {words.day_words(first)}"] if first else [f"to {words.day_words(last)}"] if last else []
    return [words.day_words(first) if first == last else f"{words.day_words(first)} to {words.day_words(last)}"]


def _moment(connection: Connection, city: str, now: str | None) -> datetime:
    """Now, on the city's clock."""
    zone = ZoneInfo(zone_of(connection, city))
    if now is None:
        return clock().astimezone(zone)
    try:
        given = datetime.fromisoformat(now)
    except ValueError:
        fail(f"--now {now!r} is no ISO day or time: 2026-11-20, 2026-11-20T18:30 or 2026-11-21T02:30Z")
    if len(now) <= len("2026-11-20"):
        given = given.replace(hour=12)
    return given.replace(tzinfo=zone) if given.tzinfo is None else given.astimezone(zone)


def _hour(event: CatalogEvent) -> tuple[datetime, str, str]:
    first = event.starts_at or event.doors_at or datetime.max.replace(tzinfo=UTC)
    return first, event.venue.name if event.venue else "", str(event.id)


def _table(events: Iterable[CatalogEvent]) -> LineTable:
    width = terminal_width()
    is_narrow = width is not None and width < _WIDE
    table = LineTable(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("night", no_wrap=True, style="bold")
    table.add_column("doors", no_wrap=True)
    table.add_column("show", no_wrap=True)
    table.add_column("room", max_width=20 if is_narrow else None)
    table.add_column("bill", min_width=24)
    table.add_column("price", no_wrap=True)
    table.add_column("age", no_wrap=True)
    table.add_column("sources", style="dim", no_wrap=is_narrow, max_width=10 if is_narrow else None)
    for night, of_night in groupby(events, attrgetter("night")):
        for number, event in enumerate(of_night):
            table.add_row("" if number else f"{night:%a} {night.day} {night:%b}", *_cells(event_record(event)))
        table.add_section()
    return table


def _cells(event: Mapping[str, Any]) -> list[str]:
    return [
        event["doors_time"] or "",
        event["start_time"] or "",
        escape(event["venue"]["name"] if event["venue"] else ""),
        _what_is_on(event),
        escape(words.price_words(event)),
        words.age_words(event["min_age"]),
        escape(", ".join(words.source_names(event))),
    ]


def _what_is_on(event: Mapping[str, Any]) -> str:
    """The bill, after the status of what does not take place as listed."""
    is_open_stage = event["kind"] in OPEN_STAGES
    bill = escape(event["title"] if is_open_stage else words.bill_words(event))
    status = words.status_words(event["status"])
    kind = event["kind"].replace("_", " ")
    if event["kind"] not in MUSIC_KINDS and kind not in bill.lower():
        bill = f"{bill} [dim]({kind})[/]"
    if not status:
        return bill
    if event["status"] in _OFF:
        return f"[bold red]{status}[/] [strike]{bill}[/]"
    return f"[bold {_STATUS_STYLE[event['status']]}]{status}[/] {bill}"
