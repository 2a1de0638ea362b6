"""A database with something in every kind of table, and its content in a form to compare."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from sqlalchemy import Engine, inspect, text

from carpenter.pipeline.build import run
from carpenter.store.decisions import NewDecision, write_decisions
from sms_database.ids import row_uuid
from sms_database.raw_store import QuarantineEntry, quarantine
from tests.carpenter.raw_rows import HOUSE_CALENDAR, PAPER, SELLER, clock, raw, store

ACTS = ("Tin Lantern", "Mossback", "Juniper Ash", "The Ferry Wakes", "Hollow Kayak")


def fill(engine: Engine, nights: int = 60) -> None:
    """Three rows a night and versions of some, a crawl, a quarantined record, decisions, and the catalog of it all."""
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO sources (slug, kind, title) VALUES ('blue_moon', 'venue', 'Blue Moon Tavern')")
        )
        connection.execute(
            text(
                "INSERT INTO crawl_runs (source, started_at, finished_at, verdict, seen)"
                " VALUES ('blue_moon', '2026-11-20 18:00Z', '2026-11-20 18:01Z', 'ok', 60)"
            )
        )
    for crawl in (0, 1):
        store(engine, _rows(nights, crawl))
    with engine.begin() as connection:
        odd = QuarantineEntry(
            source=PAPER.slug,
            origin="https://paper.example/9",
            field="event_day",
            reasons=["no such day"],
            item={"title": "Née\t\u2028"},
        )
        quarantine(connection, [odd])
    with engine.begin() as connection:
        first, second = (row_uuid(HOUSE_CALENDAR.slug, f"n{night}") for night in (0, 1))
        write_decisions(
            connection,
            [
                NewDecision(kind="override", target=first, field="start_time", value="21:00", author="ann"),
                NewDecision(kind="hide", target=second, reason="private", author="ann"),
            ],
            clock(),
        )
    run(engine, clock=clock)


def _rows(nights: int, crawl: int) -> list[dict[str, object]]:
    rows = []
    for night in range(nights):
        day = str(date(2026, 12, 1) + timedelta(days=night))
        first, second, third = (ACTS[(night + offset) % len(ACTS)] for offset in range(3))
        hour = "20:30" if crawl and night % 7 == 0 else "20:00"
        rows.append(raw(HOUSE_CALENDAR, f"n{night}", f"{first}, {second}", day, start_time=hour, crawl=crawl))
        rows.append(raw(SELLER, f"n{night}", first, day, start_time="20:00", price_text="$10", crawl=crawl))
        elsewhere = {"venue_name": "Pier Hall", "venue_city": "Seattle"}
        rows.append(raw(PAPER, f"n{night}", f"{third} with guests", day, crawl=crawl, **elsewhere))
    return rows


def content(engine: Engine) -> dict[str, tuple[int, str]]:
    """Of every table: how many rows, and a hash of them all in no order."""
    found = {}
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f"SELECT cast(t AS text) FROM {table} t")).scalars()
            lines = sorted(row.encode() for row in rows)
            found[table] = len(lines), hashlib.sha256(b"\n".join(lines)).hexdigest()
    return found
