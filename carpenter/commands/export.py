"""`export`: the catalog for other programs, as JSON lines, CSV or iCalendar."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from sqlalchemy import Connection

from carpenter.commands.choices import Where, known_city, query_where, zone_of
from sms_catalog.artists import stream_artists
from sms_catalog.csv_rows import csv_lines
from sms_catalog.events import stream_events, zones
from sms_catalog.export_fields import FIELDS, json_schema
from sms_catalog.icalendar import END, HEAD, event_component, zone_components
from sms_catalog.query import Query, resolve
from sms_catalog.raw_rows import stream_links, stream_raw
from sms_catalog.records import artist_record, export_record, link_record, raw_record, venue_record
from sms_catalog.venues import stream_venues
from sms_database.cli import clock, database, fail, say_json


class What(StrEnum):
    """What can be exported."""

    EVENTS = "events"
    LINKS = "links"
    VENUES = "venues"
    ARTISTS = "artists"
    RAW = "raw"


class Format(StrEnum):
    """How it can be written."""

    JSONL = "jsonl"
    CSV = "csv"
    ICS = "ics"


_FORMAT_OF_NAME = {".csv": Format.CSV, ".ics": Format.ICS, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL}

_DATED = (What.EVENTS, What.LINKS, What.RAW)


def export(
    what: Annotated[What, typer.Option(help="What to write.")] = What.EVENTS,
    format: Annotated[
        Format | None, typer.Option(help="ics: events only. Without it the name of --output tells, else jsonl.")
    ] = None,
    city: Annotated[str | None, typer.Option(help="Of this city only.")] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DAY", help="First local day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DAY", help="Last local day.")
    ] = None,
    where: Where = None,
    output: Annotated[Path | None, typer.Option(help="File to write, replaced once all is written.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a record instead; needs no database.")
    ] = False,
    verbatim: Annotated[
        bool, typer.Option("--verbatim", help="csv: cells as they are, which a spreadsheet may run as formulas.")
    ] = False,
) -> None:
    """Write the catalog: events, links (what became of each raw row), venues, artists, or the raw rows.

    Hidden events are not among the events; the links of their rows name them. In a CSV file ' stands before what a
    spreadsheet would take for a formula; programs that read it take --verbatim.
    """
    if schema:
        if what not in FIELDS:
            fail(f"{what} has the fields of a raw event: docs/export.md tells where they stand")
        say_json(json_schema(what))
        return
    named = _FORMAT_OF_NAME.get(output.suffix.lower()) if output else None
    if format and named and format is not named:
        fail(f"--format {format} into {output}: give the file another name, or take --format {named}")
    format = format or named or Format.JSONL
    if format is Format.ICS and what is not What.EVENTS:
        fail(f"--format ics has events only; take jsonl or csv for {what}")
    if verbatim and format is not Format.CSV:
        fail("--verbatim is for --format csv; the other formats have no formulas")
    if (first or last) and what not in _DATED:
        fail(f"--from and --to choose days, which {what} do not have")
    if where and what is not What.EVENTS:
        fail(f"--where chooses events; take --city, --from or --to for {what}")
    with database() as engine, engine.connect() as connection:
        options = Query(
            city=known_city(connection, city) if city else None,
            first_day=first.date() if first else None,
            last_day=last.date() if last else None,
            order="day",
        )
        query = query_where(connection, where, options) if where else options
        if query.when is not None:
            if query.city is None:
                fail(f"--where: when: {query.when!r} is by the clock of a city: give --city")
            query = resolve(query, clock(), zone_of(connection, query.city))
        parts = _parts(connection, what, format, query, verbatim=verbatim)
        if output is None:
            sys.stdout.buffer.writelines(parts)
        else:
            _write_file(output, parts)


def _parts(connection: Connection, what: What, format: Format, query: Query, *, verbatim: bool) -> Iterator[bytes]:
    """The bytes of the export, row by row."""
    if format is Format.ICS:
        yield HEAD
        yield from zone_components(zones(connection, query))
        yield from map(event_component, stream_events(connection, query))
        yield END
        return
    records = _records(connection, what, query)
    if format is Format.CSV:
        yield from (line.encode() for line in csv_lines(what, records, verbatim=verbatim))
    else:
        yield from (orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def _records(connection: Connection, what: What, query: Query) -> Iterator[dict[str, Any]]:
    match what:
        case What.EVENTS:
            return map(export_record, stream_events(connection, query))
        case What.LINKS:
            return map(link_record, stream_links(connection, query.city, query.first_day, query.last_day))
        case What.VENUES:
            return map(venue_record, stream_venues(connection, query.city))
        case What.ARTISTS:
            return map(artist_record, stream_artists(connection, query.city))
        case What.RAW:
            return map(raw_record, stream_raw(connection, query.city, query.first_day, query.last_day))


def _write_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write beside the file first, so that whoever reads it meanwhile never finds half of it."""
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.writelines(parts)
        partial.replace(path)
    except OSError as problem:
        fail(f"cannot write {path}: {problem.strerror}")
    finally:
        partial.unlink(missing_ok=True)
