"""What `export` writes is what a Query finds, as records; other programs need no line of the carpenter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from typer.testing import CliRunner

from carpenter.__main__ import app
from sms_catalog.csv_rows import csv_lines
from sms_catalog.events import CatalogEvent, stream_events, zones
from sms_catalog.icalendar import END, HEAD, event_component, zone_components
from sms_catalog.query import Query
from sms_catalog.records import export_record, full_record

DAYS = st.none() | st.dates(date(2026, 11, 19), date(2026, 11, 28))


def exported(url: str, query: Query, format: str) -> bytes:
    options = (("--city", query.city), ("--from", query.first_day), ("--to", query.last_day))
    arguments = [str(part) for name, value in options if value is not None for part in (name, value)]
    result = CliRunner().invoke(app, ["export", "--format", format, *arguments], env={"DATABASE_URL": url})
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes


@settings(max_examples=25, deadline=None)
@given(city=st.sampled_from([None, "seattle", "astoria"]), first=DAYS, last=DAYS)
def test_export_writes_what_a_query_finds(
    catalog: Engine, catalog_url: str, city: str | None, first: date | None, last: date | None
) -> None:
    query = Query(city=city, first_day=first, last_day=last)
    with catalog.connect() as connection:
        events = list(stream_events(connection, query))
        used = zones(connection, query)
    records = [export_record(event) for event in events]
    assert exported(catalog_url, query, "jsonl") == b"".join(orjson.dumps(record) + b"\n" for record in records)
    assert exported(catalog_url, query, "csv").decode() == "".join(csv_lines("events", records))
    calendar = [HEAD, *zone_components(used), *map(event_component, events), END]
    assert exported(catalog_url, query, "ics") == b"".join(calendar)


@pytest.mark.parametrize("record_of", [export_record, full_record])
def test_records_are_json(everything: Sequence[CatalogEvent], record_of: Any) -> None:
    for event in everything:
        record = record_of(event)
        assert orjson.loads(orjson.dumps(record)) == record
