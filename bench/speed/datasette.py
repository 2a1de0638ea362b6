"""Datasette on the events of a catalog: the yardstick of those who would publish the same by a tool that is there."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

from sqlalchemy import Engine

from bench.speed.served import Server
from sms_catalog.events import stream_events
from sms_catalog.query import Query
from sms_catalog.records import full_record

_FACTS = (
    *("title", "kind", "status", "event_day", "end_day", "start_time", "doors_time", "end_time", "timezone"),
    *("starts_at", "presenter", "tour", "price_min", "price_max", "currency", "is_free", "min_age", "event_url"),
    *("ticket_url", "image_url", "description"),
)
_PARTS = ("venue", "artists", "genres", "sources")
"""What is told as JSON."""
_COLUMNS = ("id", "city", "night", "venue_id", *_FACTS, *_PARTS)

_SCHEMA = f"""
CREATE TABLE events ({", ".join(_COLUMNS)}, PRIMARY KEY (id));
CREATE TABLE bills (artist_id, event_id);
"""
_INDEXES = """
CREATE INDEX of_night ON events (city, night, starts_at);
CREATE INDEX of_venue ON events (venue_id, night, starts_at);
CREATE INDEX of_artist ON bills (artist_id, event_id);
ANALYZE;
"""


@contextmanager
def datasette_server(program: str, engine: Engine) -> Iterator[Server]:
    """Datasette (the path of its program) on the events of a catalog, copied into a file of SQLite."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "catalog.db"
        _copy(engine, file)
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        command = [program, "serve", "--immutable", str(file), "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            began = time.perf_counter()
            try:
                server = Server(process.pid, f"http://127.0.0.1:{port}", 0.0)
                while not _answers(server):
                    if process.poll() is not None:
                        raise SystemExit(f"{program} did not start")
                    time.sleep(0.05)
                yield Server(process.pid, server.url, time.perf_counter() - began)
            finally:
                process.terminate()


def _answers(server: Server) -> bool:
    try:
        return server.get("/catalog.json")[0] == 200
    except URLError:
        return False


def _copy(engine: Engine, file: Path) -> None:
    with closing(sqlite3.connect(file)) as target, engine.connect() as connection:
        target.executescript(_SCHEMA)
        places = ", ".join("?" * len(_COLUMNS))
        for event in stream_events(connection, Query()):
            record = full_record(event)
            keys = record["id"], event.city, event.night.isoformat(), str(event.venue.id) if event.venue else None
            row: list[Any] = [*keys, *(record[name] for name in _FACTS)]
            target.execute(
                f"INSERT INTO events VALUES ({places})", [*row, *(json.dumps(record[name]) for name in _PARTS)]
            )
            target.executemany("INSERT INTO bills VALUES (?, ?)", [(act["id"], record["id"]) for act in event.artists])
        target.executescript(_INDEXES)
        target.commit()
