"""How fast search is, by class of query: the index alone, and with the events read from the catalog.

A catalog (bench/worlds/catalog_world.py) is written into a database of its own and indexed. Each class has its queries,
each asked once in turn after a round that is not counted; the first 20 events from the first night on, 10 artists,
10 rooms.

python -m bench.speed.search [--events 100000] [--queries 300]
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, text

from bench.fresh_database import fresh_database
from bench.worlds.catalog_world import FIRST_NIGHT, CatalogWorld
from bench.worlds.names import act_name
from sms_api.search.facets import found_facets
from sms_api.search.files import SearchFiles
from sms_api.search.find import asked_words, find, span_of
from sms_api.search.follow import follow
from sms_api.search.place import index_place
from sms_api.search.reader import IndexReader, Span
from sms_api.search.understand import understood
from sms_catalog.query import Query
from sms_catalog.search_documents import database_identity
from sms_database.changes import NewChange, publish_changes, write_changes

LIMIT = 20
COMMON = ("jazz", "dj", "the", "the live music", "band", "new album", "doors", "party")
NOUNS = ("lantern", "kettle", "sparrow", "museum", "harvest", "comet", "orchard", "signal", "velvet", "copper", "ivory")
FACETS = ("hood", "kind", "price", "age")


def classes(world: CatalogWorld, chance: random.Random) -> Mapping[str, Callable[[], Query]]:
    """Makers of queries."""
    acts = range(world.acts)
    coming = Query(first_night=FIRST_NIGHT)

    def rare() -> str:
        return act_name(chance.choice(acts[len(acts) * 3 // 4 :]))

    def popular() -> str:
        return act_name(chance.choice(acts[: max(10, len(acts) // 50)]))

    def asked(words: str) -> Query:
        return replace(coming, words=words)

    def there(words: str, nights: int) -> Query:
        event = chance.randrange(world.events)
        first = world.night(event)
        last = first + timedelta(days=nights - 1)
        return Query(words=words, city=world.scene(event).slug, first_night=first, last_night=last)

    def slipped(name: str) -> str:
        words = [word for word in name.split() if word.isascii() and word.isalpha() and len(word) > 4] or ["lantern"]
        word = chance.choice(words)
        at = chance.randrange(len(word) - 1)
        wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return name.replace(word, wrong)

    return {
        "rare name": lambda: asked(rare()),
        "popular name": lambda: asked(popular()),
        "one word": lambda: asked(chance.choice(NOUNS)),
        "jazz, dj, the, the live music": lambda: asked(chance.choice(COMMON)),
        "prefix of 2 or 3": lambda: asked(chance.choice(NOUNS)[: chance.randint(2, 3)]),
        "prefix of 5 to 7": lambda: asked(popular().replace("The ", "")[: chance.randint(5, 7)]),
        "name, last word begun": lambda: asked(rare()[:-2]),
        "a slip": lambda: asked(slipped(rare())),
        "word + city + week": lambda: there(chance.choice(NOUNS), 7),
        "common + city + night": lambda: there(chance.choice(COMMON), 1),
        "accents left out": lambda: asked(chance.choice(("lindstrom", "aldstrom", "cafe", "kino", "senor"))),
        "many words": lambda: asked(f"{popular()} {popular()}"),
    }


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--events", type=int, default=100_000)
    arguments.add_argument("--queries", type=int, default=300)
    options = arguments.parse_args()
    with fresh_database() as engine, TemporaryDirectory() as home:
        world = CatalogWorld(options.events)
        _say(f"writing {options.events:,} events", lambda: world.write(engine))
        with engine.connect() as connection:
            place = index_place(Path(home), database_identity(connection))
        _say("building the index", lambda: follow(engine, place, FIRST_NIGHT))
        assert place.current is not None
        size = place.current.stat().st_size / 2**20
        sys.stdout.write(
            f"{size:,.0f} MB; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n"
        )
        _changes(engine, lambda: follow(engine, place, FIRST_NIGHT))
        files = SearchFiles(Path(home))
        with engine.connect() as connection:
            _table(connection, files, classes(world, random.Random(7)), options.queries)
        files.close()


def _changes(engine: Engine, take: Callable[[], object]) -> None:
    """How long it takes until changes that are published are in the file."""
    for number in (1, 100, 500):
        with engine.begin() as connection:
            changed = connection.scalars(
                text(
                    "UPDATE events SET title = title || ' again' WHERE id IN"
                    " (SELECT id FROM events ORDER BY md5(id::text || :n) LIMIT :n) RETURNING id"
                ),
                {"n": number},
            ).all()
            at = connection.scalar(text("SELECT now()"))
            write_changes(
                connection,
                [NewChange(at=at, kind="updated", entity="event", entity_id=i, scopes=["all"]) for i in changed],
            )
        publish_changes(engine)
        _say(f"taking in {number} changes", take)


def _table(connection: Connection, files: SearchFiles, makers: Mapping[str, Callable[[], Query]], queries: int) -> None:
    table = Table("query", "index p50", "p99", "CPU", "with events p50", "p99", "facets p50", "p99", "found")
    reader = files.reader(connection)
    assert reader is not None
    overall: list[list[float]] = [[], []]
    for name, make in makers.items():
        asked = [make() for _ in range(queries)]
        for query in asked:
            _in_index(reader, query)
        cpu = time.process_time()
        alone = _milliseconds(asked, partial(_in_index, reader))
        cpu = (time.process_time() - cpu) / queries * 1_000
        whole = _milliseconds(asked, partial(find, connection, files, limit=LIMIT, cursor=None))
        counted = _milliseconds(asked[:50], partial(found_facets, connection, files, names=FACETS))
        found = sum(bool(find(connection, files, query, limit=1, cursor=None).events) for query in asked)
        overall[0] += alone
        overall[1] += whole
        cells = [*_percentiles(alone), f"{cpu:.2f}", *_percentiles(whole), *_percentiles(counted)]
        table.add_row(name, *cells, f"{found / queries:.0%}")
    table.add_row("all", *_percentiles(overall[0]), "", *_percentiles(overall[1]), "", "", "")
    Console(width=140).print(table)


def _in_index(reader: IndexReader, query: Query) -> None:
    """What `find` asks of the index for a first page."""
    span = span_of(query)
    words = understood(reader, asked_words(query), span)
    if words is None:
        return
    places = list(islice(_places(reader, words, span), LIMIT + 1))
    reader.event_ids(places)
    for entity in ("artist", "venue"):
        reader.names(entity, words, query.city, 10)


def _places(reader: IndexReader, words: Sequence[str], span: Span) -> Iterator[int]:
    yield from reader.named_events(words, span)
    yield from reader.other_events(words, span)


def _milliseconds(asked: Sequence[Query], answer: Callable[[Query], object]) -> list[float]:
    times = []
    for query in asked:
        began = time.perf_counter()
        answer(query)
        times.append((time.perf_counter() - began) * 1_000)
    return times


def _percentiles(times: Sequence[float]) -> tuple[str, str]:
    cut = quantiles(times, n=100, method="inclusive")
    return f"{cut[49]:.2f}", f"{cut[98]:.1f}"


def _say(what: str, do: Callable[[], object]) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    do()
    took, used = time.perf_counter() - began, time.process_time() - cpu
    sys.stdout.write(f"{what}: {took:,.2f} s, of which {used:,.2f} s our CPU\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
