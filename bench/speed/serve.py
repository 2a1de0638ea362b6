"""What serving costs: requests for two cores' CPU, beside a bare Starlette that answers a constant; all in one run.

A catalog of `--events` events is written by COPY, without a build (bench/worlds/catalog_world.py), and the server is
asked as if it were the middle of December 2026 in it, on kept connections by a process of its own, whose CPU is not
counted. Counted is, by the kernel, that of the server's process and of its PostgreSQL backends: "per two cores" is 2
s of it by what a request takes. Wall times stand beside; on a machine with other work they say little. Limits of
rates are off, encodings are those that browsers ask for, and the log of requests goes to /dev/null.

- lists, each cold (nothing is kept: the cache has no bytes), cached, and not modified: the page of a night, the same by
  /v1/events (50 of some 55), the nights of a venue's week, an artist's next ones, the week as iCalendar; GraphQL, where
  the server has it;
- searches by class of query, cold, by the index file;
- memory at rest, and seconds from start to ready;
- streams: memory with 500 and 2,000 readers and with 500 WebSockets, and how long a change takes to all of them;
- a cold list while a build of `--build-rows` rows runs on the same PostgreSQL, in a database of its own.

With `--datasette PROGRAM` Datasette serves the same events from SQLite, one table with the room and the bill in each
row and indexes for these lists, and its JSON API is asked for the same lists. It is no dependency of the project.

python -m bench.speed.serve [--events 20000] [--seconds 4] [--build-rows 10000] [--only lists,search,rest,live,build]
    [--datasette PROGRAM]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.fresh_database import fresh_database, full_url
from bench.speed.build import store
from bench.speed.datasette import datasette_server
from bench.speed.live import told_in
from bench.speed.served import ROOT, Answers, Server, bare_server, calendar_server
from bench.worlds.catalog_world import CatalogWorld, artist_id, venue_id
from bench.worlds.names import act_name
from bench.worlds.world import raw_events
from sms_api.cards import store_missing_cards
from sms_catalog.event_cards import Place

NOW = "2026-12-15T20:00:00"
TONIGHT = date(2026, 12, 15)
PARTS = ("lists", "search", "rest", "live", "build")
_NIGHTS = 28
_MOST_PATHS = 40
"""Of each kind: all of their answers are kept at once."""
_WARM_SECONDS = 1.0

Start = Callable[..., AbstractContextManager[Server]]


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--events", type=int, default=20_000)
    arguments.add_argument("--seconds", type=float, default=4, help="how long each kind of request is asked for")
    arguments.add_argument("--build-rows", type=int, default=10_000)
    arguments.add_argument("--only", default=",".join(PARTS), help="some of the parts")
    arguments.add_argument("--datasette", help="the program, where its lists are to stand beside ours")
    options = arguments.parse_args()
    console, world = Console(width=140), CatalogWorld(options.events)
    with fresh_database() as engine, tempfile.TemporaryDirectory() as directory:
        began = time.perf_counter()
        world.write(engine)
        console.print(f"{options.events:,} events written in {time.perf_counter() - began:.0f} s")
        index(engine, Path(directory))
        began = time.perf_counter()
        render(engine)
        console.print(f"cards stored in {time.perf_counter() - began:.0f} s")
        start: Start = partial(calendar_server, engine, Path(directory), NOW)
        tables = {
            "lists": lambda: lists(start, engine, world, options.seconds, options.datasette),
            "search": lambda: searches(start, world, options.seconds),
            "rest": lambda: at_rest(start),
            "live": lambda: live(start, engine),
            "build": lambda: beside_a_build(start, world, options.build_rows, options.seconds),
        }
        for part in options.only.split(","):
            console.print(tables[part]())


def lists(start: Start, engine: Engine, world: CatalogWorld, seconds: float, datasette: str | None) -> Table:
    """Each kind of list, cold, cached and not modified; those of Datasette (its program) beside them."""
    table = _rates("requests")
    with bare_server() as server:
        bare = _asked(server, ["/"], seconds)
    _row(table, "bare Starlette", "", bare, bare)
    kinds = requests(world)
    if datasette is not None:
        with datasette_server(datasette, engine) as server:
            for name, paths in datasette_requests(world).items():
                _row(table, name, "Datasette", _asked(server, paths, seconds), bare)
    with start(cache_bytes=0) as server:
        if server.get(graphql_path(TONIGHT))[0] == 200:
            nights = (TONIGHT + timedelta(days=days) for days in range(_NIGHTS))
            _row(table, "GraphQL, 50 events", "cold", _asked(server, list(map(graphql_path, nights)), seconds), bare)
        for name, paths in kinds.items():
            _row(table, name, "cold", _asked(server, paths, seconds), bare)
    with start() as server:
        for name, paths in kinds.items():
            _row(table, name, "cached", _asked(server, paths, seconds), bare)
            held = {path: {"if-none-match": server.get(path)[1]["etag"]} for path in paths}
            _row(table, name, "304", _asked(server, paths, seconds, held), bare)
    return table


def requests(world: CatalogWorld) -> Mapping[str, Sequence[str]]:
    """The paths of each kind of list."""
    cities = [city.slug for city in world.scenes]
    nights, rooms, acts = _asked_for(world)
    return {
        "a night, page": list(dict.fromkeys(f"/{city}/{night}" for city, night in nights)),
        "a night, /v1": list(dict.fromkeys(f"/v1/events?city={city}&night={night}" for city, night in nights)),
        "venue's week, /v1": [f"/v1/events?venue={room}&from=2026-12-15&to=2026-12-21" for room in rooms],
        "artist's next, /v1": [f"/v1/events?artist={act}&from=2026-12-15" for act in acts],
        "a week, iCalendar": [f"/{city}/week.ics" for city in cities],
    }


def datasette_requests(world: CatalogWorld) -> Mapping[str, Sequence[str]]:
    """The same lists, as its JSON API is asked for them."""
    nights, rooms, acts = _asked_for(world)
    table = "/catalog/events.json?_size=50&_sort=starts_at&_shape=objects&_nocount=1&_nofacet=1"
    week = "night__gte=2026-12-15&night__lte=2026-12-21"
    played = "_where=id+in+(select+event_id+from+bills+where+artist_id="
    return {
        "a night": list(dict.fromkeys(f"{table}&city={city}&night={night}" for city, night in nights)),
        "venue's week": [f"{table}&venue_id={room}&{week}" for room in rooms],
        "artist's next": [f"{table}&night__gte=2026-12-15&{played}'{act}')" for act in acts],
    }


def _asked_for(world: CatalogWorld) -> tuple[list[tuple[str, date]], list[uuid.UUID], list[uuid.UUID]]:
    """Cities with nights, rooms and acts."""
    cities = [city.slug for city in world.scenes]
    nights = [(cities[n % len(cities)], TONIGHT + timedelta(days=n % _NIGHTS)) for n in range(_MOST_PATHS)]
    rooms = [venue_id(n * 7 % world.rooms) for n in range(_MOST_PATHS)]
    return nights, rooms, [artist_id(n * n) for n in range(_MOST_PATHS)]


def graphql_path(night: date) -> str:
    """Fifty events of a night, with room and bill."""
    members = "id title startsAt venue { name } artists { name role artist { id } }"
    document = f'{{ events(where: {{city: "seattle", night: "{night}"}}, first: 50) {{ nodes {{ {members} }} }} }}'
    return f"/graphql?{urlencode({'query': document})}"


def searches(start: Start, world: CatalogWorld, seconds: float) -> Table:
    """Each class of query, cold, 20 events an answer."""
    table = _rates("searches of /v1/search, cold")
    with bare_server() as server:
        bare = _asked(server, ["/"], seconds)
    with start(cache_bytes=0) as server:
        for name, queries in search_classes(world).items():
            paths = ["/v1/search?" + urlencode({"limit": "20", **query}) for query in queries]
            _row(table, name, "", _asked(server, paths, seconds, connections=1), bare)
    return table


def search_classes(world: CatalogWorld) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Queries of each class."""
    rare = [act_name(world.acts - 1 - n * 7) for n in range(_MOST_PATHS)]
    popular = [act_name(n) for n in range(_MOST_PATHS)]
    common = ("the", "dj", "trio", "band", "quartet", "señor")
    return {
        "rare name": [{"q": name} for name in rare],
        "popular name": [{"q": name} for name in popular],
        "one word": [{"q": name.split()[-1]} for name in popular],
        "common word": [{"q": word} for word in common],
        "prefix of 3": [{"q": name[:3]} for name in popular],
        "last word begun": [{"q": name[:-2]} for name in popular],
        "one slip": [{"q": name[:2] + name[3:]} for name in popular],
        "word, city and week": [{"q": name.split()[0], "city": "seattle", "when": "week"} for name in popular],
        "a name, no counts": [{"q": name, "facets": "none"} for name in popular],
    }


def at_rest(start: Start) -> Table:
    """Memory before anybody has asked, and the time until it may be."""
    table = Table("server", "seconds to ready, best of 3", "MB at rest", "of it private", title="at rest")
    seconds, memory = [], ("", "")
    for _ in range(3):
        with start() as server:
            seconds.append(server.seconds)
            time.sleep(3)
            memory = f"{server.resident_mb:.0f}", f"{server.private_mb:.0f}"
    table.add_row("ours", f"{min(seconds):.2f}", *memory)
    with bare_server() as server:
        table.add_row(
            "bare Starlette", f"{server.seconds:.2f}", f"{server.resident_mb:.0f}", f"{server.private_mb:.0f}"
        )
    return table


def live(start: Start, engine: Engine) -> Table:
    """Readers of streams."""
    columns = ("listeners", "MB before", "MB with them", "CPU ms a change", "wall p50 ms", "wall p99 ms", "missed")
    table = Table(*columns, title="a change told to all")
    for listeners, is_socket in ((500, False), (2_000, False), (500, True)):
        with start() as server:
            told = told_in(server, engine, listeners, is_socket=is_socket)
        what = f"{listeners:,} {'WebSockets' if is_socket else 'event streams'}"
        memory = f"{told.before_mb:.0f}", f"{told.resident_mb:.0f}"
        table.add_row(what, *memory, f"{told.cpu_ms:.0f}", f"{told.p50:.0f}", f"{told.p99:.0f}", f"{told.missed}")
    return table


def beside_a_build(start: Start, world: CatalogWorld, rows: int, seconds: float) -> Table:
    """A cold list at idle, and while a build runs, as long as it does."""
    columns = ("a night, /v1, cold", "requests", "CPU ms", "PostgreSQL ms", "wall p50 ms", "wall p99 ms", "p99 of idle")
    table = Table(*columns, title=f"beside a build of {rows:,} rows")
    paths = requests(world)["a night, /v1"]
    with fresh_database() as other, start(cache_bytes=0) as server:
        store(other, raw_events(rows), has_payload=True)
        idle = _asked(server, paths, seconds, connections=4)
        _beside(table, "idle", idle, idle)
        command = [sys.executable, "-m", "carpenter", "run"]
        environment = os.environ | {"DATABASE_URL": full_url(other.url)}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as build:
            while build.poll() is None:
                during = server.measured(paths, seconds=seconds, connections=4)
                _beside(table, "beside the build" if build.poll() is None else "as it ended", during, idle)
    return table


def index(engine: Engine, home: Path) -> None:
    """Make the file of the search."""
    environment = os.environ | {"DATABASE_URL": full_url(engine.url), "SMS_HOME": str(home)}
    subprocess.run(
        [sys.executable, "-m", "sms_api", "index"], cwd=ROOT, env=environment, check=True, capture_output=True
    )


def render(engine: Engine) -> None:
    """Store the cards of all events ahead, as a server does that has run for a while."""
    place: Place | None = Place(TONIGHT - timedelta(days=1))
    while place is not None:
        place = store_missing_cards(engine, place)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE event_cards"))


def _asked(
    server: Server,
    paths: Sequence[str],
    seconds: float,
    headers: Mapping[str, Mapping[str, str]] | None = None,
    *,
    connections: int = 16,
) -> Answers:
    """Ask for a while, after a while that does not count."""
    server.measured(paths, seconds=_WARM_SECONDS, headers=headers, connections=connections)
    return server.measured(paths, seconds=seconds, headers=headers, connections=connections)


def _rates(title: str) -> Table:
    columns = ("", "", "number", "CPU ms", "PostgreSQL ms", "per two cores", "of bare", "p50 ms", "p99 ms", "kB")
    return Table(*columns, title=title)


def _row(table: Table, name: str, way: str, answers: Answers, bare: Answers) -> None:
    costs = f"{answers.cpu_ms:.3f}", f"{answers.postgres_ms:.3f}", f"{answers.rate:,.0f}"
    walls = f"{answers.p50:.1f}", f"{answers.p99:.1f}", f"{answers.kilobytes:.1f}"
    table.add_row(name, way, f"{answers.number:,}", *costs, f"{answers.rate / bare.rate:.3f}", *walls)


def _beside(table: Table, name: str, answers: Answers, idle: Answers) -> None:
    costs = f"{answers.cpu_ms:.2f}", f"{answers.postgres_ms:.2f}"
    walls = f"{answers.p50:.1f}", f"{answers.p99:.1f}", f"{answers.p99 / idle.p99:.2f}"
    table.add_row(name, f"{answers.number:,}", *costs, *walls)


if __name__ == "__main__":
    main()
