"""The index follows the catalog: after any series of changes the file equals one that is made anew."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import rebuild
from carpenter.store.decisions import NewDecision, undo_decision, write_decisions
from sms_api.search.check import index_problems
from sms_catalog.query import Query
from sms_database.changes import NewChange, publish_changes, write_changes
from sms_database.ids import row_uuid
from sms_database.session import create_engine_for
from sms_database.sources import store_source
from tests.api.search.conftest import TONIGHT, Searched
from tests.api.search.dumps import dump
from tests.carpenter.histories import SOURCES, Build, write_history
from tests.carpenter.raw_rows import HOUSE_CALENDAR, MORNING, PAPER, clock, raw, store
from tests.carpenter.replay_history import Player
from tests.conftest import ROOT, drop_database

SHOW = raw(HOUSE_CALENDAR, "1", "Tin Lantern, Mossback", "2026-11-27", start_time="20:00", description="With cake")
OTHER = raw(PAPER, "2", "Señor Ferry", "2026-11-28", start_time="21:00", venue_name="Pier Hall")


def url_of(searched: Searched) -> str:
    return searched.engine.url.render_as_string(hide_password=False)


def held(searched: Searched) -> dict[str, Any]:
    """What the file in use holds."""
    path = searched.place.current
    assert path is not None
    return dump(path)


def assert_as_made_anew(searched: Searched) -> None:
    """Compare the file with one that is made from nothing on the same night."""
    publish_changes(searched.engine)
    searched.follow()
    followed = held(searched)
    assert searched.follow(anew="the test").built
    for part, made in held(searched).items():
        assert followed[part] == made, part


@pytest.fixture(scope="module")
def two_shows(server_url: str, template_database: str) -> Iterator[str]:
    """Name of a database in which SHOW and OTHER are built, to be copied."""
    name = f"test_{uuid.uuid4().hex}"
    copy_database(server_url, template_database, name)
    engine = create_engine_for(make_url(server_url).set(database=name), poolclass=NullPool)
    build(engine, SHOW, OTHER)
    engine.dispose()
    yield name
    drop_database(server_url, name)


@pytest.fixture
def searched(
    server_url: str, two_shows: str, tmp_path: Path, searching: Callable[[Engine], Searched]
) -> Iterator[Searched]:
    """A catalog of two shows of the test's own, indexed."""
    name = f"test_{uuid.uuid4().hex}"
    copy_database(server_url, two_shows, name)
    engine = create_engine_for(make_url(server_url).set(database=name))
    searched = searching(engine)
    assert searched.follow().built == "there was none"
    yield searched
    engine.dispose()
    drop_database(server_url, name)


def copy_database(server_url: str, template: str, name: str) -> None:
    administrator = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administrator.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log'))


def build(engine: Engine, *rows: dict[str, Any]) -> None:
    store(engine, rows)
    run(engine, clock=clock)
    publish_changes(engine)


def decide(engine: Engine, decision: NewDecision) -> int:
    with engine.begin() as connection:
        (number,) = write_decisions(connection, [decision], MORNING)
    build(engine)
    return number


def test_what_changes_is_found_as_it_is_now(searched: Searched) -> None:
    later = {"fetched_at": "2026-11-21T17:00:00Z"}
    build(searched.engine, SHOW | later | {"title": "Juniper Ash"}, raw(PAPER, "3", "Ivory", "2026-11-26"))
    assert searched.titles("juniper") == []
    followed = searched.follow()
    assert (followed.built, followed.changes > 0) == (None, True)
    assert searched.titles("juniper") == ["Juniper Ash"]
    assert searched.titles("mossback") == []
    assert searched.titles("ivory") == ["Ivory"]
    assert [artist.name for artist in searched.find(Query(words="ivory")).artists] == ["Ivory"]
    assert not searched.find(Query(words="mossback")).artists
    assert searched.find(Query(words="mosbback")).understood is None, "a word that is gone is not offered"
    assert_as_made_anew(searched)


def test_what_is_hidden_is_gone_with_its_acts_and_comes_back(searched: Searched) -> None:
    number = decide(searched.engine, NewDecision(kind="hide", target=row_uuid("blue_moon", "1"), author="ann"))
    assert searched.titles("lantern") == [], "hidden since, and still in the index"
    searched.follow()
    hidden = searched.find(Query(words="lantern"))
    assert (hidden.events, hidden.artists, hidden.understood) == ((), (), None)
    path = searched.place.current
    assert path is not None
    assert not any("lantern" in str(part) for part in dump(path).values())
    assert_as_made_anew(searched)
    with searched.engine.begin() as connection:
        undo_decision(connection, number, deleted_by="ann", deleted_at=MORNING)
    build(searched.engine)
    searched.follow()
    assert len(searched.titles("lantern")) == 1
    assert len(searched.find(Query(words="lantern")).artists) == 1


def test_the_events_of_a_renamed_room_are_found_by_its_new_name(searched: Searched) -> None:
    with searched.engine.begin() as connection:
        venue = connection.execute(text("SELECT id FROM venues WHERE name = 'Pier Hall'")).scalar_one()
        connection.execute(text("UPDATE venues SET name = 'Gull House' WHERE id = :id"), {"id": venue})
        renamed = NewChange(at=MORNING, kind="updated", entity="venue", entity_id=venue, scopes=["all"])
        write_changes(connection, [renamed])
    publish_changes(searched.engine)
    searched.follow()
    assert searched.titles("gull") == ["Señor Ferry"]
    assert searched.titles("pier") == []
    assert_as_made_anew(searched)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_history_the_file_equals_one_made_anew(
    engine: Engine, searching: Callable[[Engine], Searched], seed: int
) -> None:
    searched = searching(engine)
    player = Player(engine)
    with engine.begin() as connection:
        for facts in SOURCES:
            store_source(connection, facts)
    build(engine)
    searched.follow()
    for operation in write_history(random.Random(seed)).operations:
        if isinstance(operation, Build):
            build(engine)
            searched.follow()
        else:
            player.take(operation)
    build(engine)
    assert_as_made_anew(searched)
    assert list(index_problems(engine, searched.place)) == []


def test_a_rebuilt_catalog_is_indexed_anew(searched: Searched) -> None:
    with searched.engine.begin() as connection:
        connection.execute(text("UPDATE events SET title = 'Nonsense' WHERE title LIKE 'Tin%'"))
    rebuild(searched.engine, clock=clock)
    publish_changes(searched.engine)
    assert searched.follow().built == "the catalog was rebuilt"
    assert searched.titles("nonsense") == []


def test_a_new_night_counts_anew_what_is_to_come(searched: Searched) -> None:
    before = held(searched)["names"]
    searched.follow(date(2026, 12, 24))
    assert held(searched)["names"] != before
    searched.follow(TONIGHT)
    assert held(searched)["names"] == before


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM changes", "the catalog's changes are not those that it has taken in"),
        ("UPDATE changes SET at = at + interval '1 s'", "the catalog's changes are not those that it has taken in"),
        ("UPDATE changes SET seq = seq + 1000000", "the catalog's changes are not those that it has taken in"),
    ],
)
def test_a_catalog_with_another_past_is_indexed_anew(searched: Searched, statement: str, reason: str) -> None:
    """A database that was restored to an earlier day, or whose changes were pruned."""
    with searched.engine.begin() as connection:
        connection.execute(text(statement))
    assert searched.follow().built == reason
    assert searched.follow().built is None


@pytest.mark.parametrize("damage", ["no index", "another version", "torn"])
def test_a_file_that_is_no_index_is_made_anew_and_meanwhile_the_catalog_is_asked(
    searched: Searched, damage: str
) -> None:
    path = searched.place.current
    assert path is not None
    searched.files.close()
    if damage == "another version":
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("UPDATE about SET value = '0' WHERE name = 'schema'")
    else:
        path.write_bytes(b"" if damage == "no index" else path.read_bytes()[:5_000] + b"\0" * 5_000)
    assert list(index_problems(searched.engine, searched.place))
    found = searched.find(Query(words="lantern"))
    assert (len(found.events), found.is_indexed) == (1, False)
    assert searched.follow().built
    assert searched.titles("lantern")
    assert not list(index_problems(searched.engine, searched.place))


def test_the_check_sees_what_is_missing_late_or_rotten(searched: Searched) -> None:
    assert list(index_problems(searched.engine, searched.place)) == []
    path = searched.place.current
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO event_names (rowid, words) VALUES (1, 'ghost')")
        (rotten,) = index_problems(searched.engine, searched.place)
        assert "event_names" in rotten
        connection.execute("INSERT INTO event_names (event_names, rowid, words) VALUES ('delete', 1, 'ghost')")
        connection.execute("UPDATE events SET names = 'cake' WHERE names LIKE 'senor%'")
        assert any("1 of " in line for line in index_problems(searched.engine, searched.place))
    searched.follow(anew="the test")
    build(searched.engine, raw(PAPER, "3", "Ivory", "2026-11-26"))
    (late,) = index_problems(searched.engine, searched.place)
    assert "lacks" in late
    for file in searched.place.directory.glob("*"):
        file.unlink()
    (missing,) = index_problems(searched.engine, searched.place)
    assert "no index" in missing


CHILD = """
import os, signal, sys
from datetime import date
from pathlib import Path
from sms_api.search import follow as module, index, place
from sms_database.session import create_engine_for

def killed(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

url, directory, moment = sys.argv[1:]
if moment == "filling":
    index.IndexWriter.add_in_order = lambda writer, entries: killed(next(entries))
elif moment == "before use":
    place.IndexPlace.put_in_use = killed
elif moment == "linking":
    Path.replace = killed
elif moment == "removing":
    remove, place.IndexPlace._remove_others = place.IndexPlace._remove_others, killed
    place.IndexPlace.new_file = lambda self: self.directory / "index-7.sqlite"
elif moment == "taking in":
    index.IndexWriter.tell = killed
elif moment == "between tables":
    index.IndexWriter.put_names = killed
module.follow(create_engine_for(url), place.IndexPlace(Path(directory)), date(2026, 11, 20))
"""


@pytest.mark.parametrize("moment", ["filling", "before use", "linking", "removing", "taking in", "between tables"])
def test_killed_at_any_moment_the_next_process_makes_it_right(searched: Searched, moment: str) -> None:
    is_build = moment not in ("taking in", "between tables")
    before = held(searched)
    build(searched.engine, raw(PAPER, "3", "Ivory", "2026-11-26"))
    if is_build:
        rebuild(searched.engine, clock=clock)
        with searched.engine.begin() as connection:
            anew = NewChange(at=MORNING, kind="rebuilt", entity="catalog", scopes=["all"])
            write_changes(connection, [anew])
        publish_changes(searched.engine)
    arguments = [url_of(searched), str(searched.place.directory), moment]
    killed = subprocess.run([sys.executable, "-c", CHILD, *arguments], cwd=ROOT, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    if moment != "removing":
        assert held(searched) == before, "nothing is half done"
    assert searched.titles("senor") == ["Señor Ferry"]
    searched.follow()
    assert searched.titles("ivory") == ["Ivory"]
    assert_as_made_anew(searched)
    assert len(list(searched.place.directory.glob("index-*.sqlite"))) == 1


FOLLOWER = """
import sys
from datetime import date
from pathlib import Path
from sms_api.search.follow import follow
from sms_api.search.place import IndexPlace
from sms_database.session import create_engine_for

engine, turns = create_engine_for(sys.argv[1]), 0
for line in sys.stdin:
    turns += follow(engine, IndexPlace(Path(sys.argv[2])), date(2026, 11, 20), wait=True).changes > 0
print(turns)
"""


def test_two_processes_that_follow_at_once_are_one(searched: Searched) -> None:
    command = [sys.executable, "-c", FOLLOWER, url_of(searched), str(searched.place.directory)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    followers = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    try:
        for number in range(25):
            with searched.engine.begin() as connection:
                event = connection.execute(
                    text("UPDATE events SET title = :title WHERE title LIKE 'Se%' OR title LIKE 'x%' RETURNING id"),
                    {"title": f"x{number} word{number % 3}"},
                ).scalar_one()
                changed = NewChange(at=MORNING, kind="updated", entity="event", entity_id=event, scopes=["all"])
                write_changes(connection, [changed])
            publish_changes(searched.engine)
            for follower in followers:
                follower.stdin.write("\n")
                follower.stdin.flush()
        for follower in followers:
            follower.stdin.close()
        turns = [int(follower.stdout.read()) for follower in followers]
        assert [follower.wait(timeout=60) for follower in followers] == [0, 0]
    finally:
        for follower in followers:
            follower.kill()
            follower.stdout.close()
    assert sum(turns) > 0
    assert searched.follow().built is None
    assert searched.titles("x24") == ["x24 word0"]
    assert searched.titles("x23") == []
    assert_as_made_anew(searched)


def test_two_databases_never_share_an_index(
    searched: Searched, new_database: Callable[[], str], tmp_path: Path
) -> None:
    engine = create_engine_for(new_database())
    other = Searched(engine, tmp_path, searched.files)
    assert other.place.directory != searched.place.directory
    assert other.place.directory.parent == searched.place.directory.parent
    engine.dispose()


def test_only_one_process_writes(searched: Searched) -> None:
    with searched.place.writing(wait=False) as is_ours:
        assert is_ours
        with searched.place.writing(wait=False) as is_theirs:
            assert not is_theirs
    assert os.listdir(searched.place.directory)
