"""Changes told as they come: none is missed, none is told twice, and none that does not concern a reader."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, text
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sms_api.app import create_app
from sms_api.live.feed import KEPT
from sms_api.settings import ApiSettings
from sms_catalog.changes import changes_since
from sms_database.changes import NewChange, publish_changes, write_changes
from sms_database.session import create_engine_for
from tests.api.served import NOW, Served, serving
from tests.carpenter.raw_rows import clock

SEATTLE, PORTLAND = "seattle", "portland"


@dataclass(frozen=True)
class Event:
    """A server-sent event."""

    id: int | None
    kind: str
    data: Any


@contextmanager
def stream(
    port: int, path: str = "/live", last_id: int | None = None, receive_bytes: int = 0
) -> Iterator[Iterator[Event]]:
    """The events of a stream, over a socket of its own."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        if receive_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        resume = f"Last-Event-ID: {last_id}\r\n" if last_id is not None else ""
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{resume}\r\n".encode())
        reader = connection.makefile("rb")
        assert reader.readline().split()[1] == b"200"
        yield events(reader)


def events(reader: Any) -> Iterator[Event]:
    """Parses the body; ends with the connection."""
    fields: dict[str, str] = {}
    while line := reader.readline():
        name, colon, value = line.decode().rstrip("\r\n").partition(": ")
        if colon and name in ("id", "event", "data"):
            fields[name] = value
        elif not line.strip() and "event" in fields:
            yield Event(int(fields["id"]) if "id" in fields else None, fields["event"], json.loads(fields["data"]))
            fields = {}


def change(city: str = SEATTLE, **values: Any) -> NewChange:
    """A change of an event that nobody has built."""
    event_id = uuid.uuid4()
    scopes = ["all", f"city:{city}", f"event:{event_id}"]
    return NewChange(
        at=clock(), kind="created", entity="event", entity_id=event_id, city=city, scopes=scopes, after=values
    )


def publish(engine: Engine, *changes: NewChange) -> None:
    with engine.begin() as connection:
        write_changes(connection, changes)
    publish_changes(engine)


@pytest.fixture(scope="module")
def engine(module_database: str) -> Iterator[Engine]:
    engine = create_engine_for(module_database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def served(module_database: str) -> Iterator[Served]:
    settings = ApiSettings(reads_per_minute=0, streams_of_network=8)
    with serving(create_app(module_database, settings, lambda: NOW)) as server:
        yield server


def newest(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT coalesce(max(seq), 0) FROM changes")) or 0


def test_a_change_is_told_to_whom_it_concerns(served: Served, engine: Engine) -> None:
    with stream(served.port, f"/live?city={SEATTLE}") as ours, stream(served.port, f"/live?city={PORTLAND}") as theirs:
        assert (next(ours).kind, next(theirs).kind) == ("hello", "hello")
        publish(engine, change(PORTLAND, title="There"), change(SEATTLE, title="Here"))
        told, told_there = next(ours), next(theirs)
    assert (told.kind, told.data["after"], told.data["city"]) == ("change", {"title": "Here"}, SEATTLE)
    assert told.id == told.data["seq"] == newest(engine)
    assert told_there.data["after"] == {"title": "There"}


def test_a_build_is_told_of_without_being_asked(served: Served, engine: Engine) -> None:
    """The server publishes what others write."""
    with stream(served.port) as all_changes:
        next(all_changes)
        with engine.begin() as connection:
            write_changes(connection, [change(title="Unpublished")])
        assert next(all_changes).data["after"] == {"title": "Unpublished"}


@pytest.mark.trust(33)
@pytest.mark.parametrize("missed", [3, KEPT + 700])
def test_a_reader_that_comes_back_is_told_what_it_missed(served: Served, engine: Engine, missed: int) -> None:
    """From memory, and from the table where memory does not reach back."""
    start = newest(engine)
    publish(engine, *(change(SEATTLE if n % 2 else PORTLAND, number=n) for n in range(missed)))
    expected = list(range(1, missed, 2))
    for path, last_id in ((f"/live?city={SEATTLE}", start), (f"/live?city={SEATTLE}&since={start}", None)):
        with stream(served.port, path, last_id) as again:
            assert next(again).kind == "hello"
            assert [next(again).data["after"]["number"] for _ in expected] == expected


def test_who_asks_for_more_than_is_kept_begins_anew(served: Served, engine: Engine) -> None:
    publish(engine, change(number=1), change(number=2))
    with stream(served.port, last_id=newest(engine) + 1_000) as later:
        next(later)
        reset = next(later)
        assert (reset.kind, reset.data) == ("reset", {"newest": newest(engine)})
        publish(engine, change(number=3))
        assert next(later).data["after"] == {"number": 3}


@pytest.mark.trust(33)
def test_a_slow_reader_holds_up_nobody_and_misses_nothing(served: Served, engine: Engine) -> None:
    wide = "x" * 4_000
    with stream(served.port, receive_bytes=65_536) as slow, stream(served.port) as quick:
        begun = {reader: next(reader).id or 0 for reader in (quick, slow)}
        publish(engine, *(change(number=n, wide=wide) for n in range(400)))
        for reader in (quick, slow):
            expected = list(range(begun[reader] + 1, newest(engine) + 1))
            assert len(expected) >= 400
            assert [next(reader).id for _ in expected] == expected


@pytest.mark.parametrize(
    ("parameters", "named"), [("since=x", "since"), ("cty=seattle", "city"), ("near=1,2", "km"), ("since=1e3", "since")]
)
def test_what_cannot_be_read_is_refused_by_name(served: Served, parameters: str, named: str) -> None:
    answer = served.ask(f"/live?{parameters}")
    assert answer.status == 422
    assert named in answer.text


def test_so_many_streams_and_no_more(served: Served) -> None:
    with stream(served.port) as first:
        next(first)
        others = [stream(served.port) for _ in range(7)]
        for other in others:
            next(other.__enter__())
        assert served.ask("/live").status == 429
        others.pop().__exit__(None, None, None)
        assert any(_is_admitted(served.port) for _ in range(1_000)), "a place is free once the server saw a reader go"
        for other in others:
            other.__exit__(None, None, None)


def test_a_socket_tells_the_same_and_changes_its_topic(served: Served, engine: Engine) -> None:
    with connect(f"ws://127.0.0.1:{served.port}/ws?city={SEATTLE}") as ours:
        hello = json.loads(ours.recv(timeout=10))
        publish(engine, change(PORTLAND, number=1), change(SEATTLE, number=2))
        assert json.loads(ours.recv(timeout=10))["after"] == {"number": 2}
        ours.send(json.dumps({"topic": {"city": PORTLAND}, "since": hello["hello"]}))
        assert json.loads(ours.recv(timeout=10)) == {"hello": hello["hello"]}
        assert json.loads(ours.recv(timeout=10))["after"] == {"number": 1}
        for wrong in ("nonsense", '{"tpic": {}}', '{"topic": {"cty": "x"}}', '{"since": "x"}'):
            ours.send(wrong)
            assert "problem" in json.loads(ours.recv(timeout=10))
    with connect(f"ws://127.0.0.1:{served.port}/ws?cty=x") as refused:
        assert "city" in json.loads(refused.recv(timeout=10))["problem"]
        with pytest.raises(ConnectionClosed):
            refused.recv(timeout=10)
        assert refused.close_code == 1008


def _is_admitted(port: int) -> bool:
    try:
        with stream(port) as another:
            return next(another).kind == "hello"
    except AssertionError:
        return False


@contextmanager
def server_process(url: str, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"DATABASE_URL": url, "SMS_API_READS_PER_MINUTE": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "sms_api", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.trust(33)
def test_a_log_kept_over_killed_servers_is_the_table(new_database: Callable[[], str], free_port: int) -> None:
    url, port = new_database(), free_port
    engine = create_engine_for(url)
    total, kills = 2_000, 4
    read: list[int] = []

    def write() -> None:
        for start in range(0, total, 40):
            with engine.begin() as connection:
                write_changes(connection, [change(number=n) for n in range(start, start + 40)])

    writer = threading.Thread(target=write)
    writer.start()
    while len(read) < total:
        with server_process(url, port) as process:
            wanted = total if kills == 0 else min(total, len(read) + total // 6)
            kills -= kills > 0
            follow(port, read, wanted)
            process.send_signal(signal.SIGKILL)
    writer.join()
    with engine.connect() as connection:
        table = [each.seq for each in changes_since(connection, 0, limit=total + 1)]
    engine.dispose()
    assert read == table == list(range(1, total + 1))


def follow(port: int, read: list[int], wanted: int) -> None:
    """Read on from the last number until so many are known; a server that is not up yet is asked again."""
    while len(read) < wanted:
        try:
            with stream(port, last_id=read[-1] if read else 0) as told:
                for event in told:
                    if event.kind == "change":
                        read.append(event.data["seq"])
                    if len(read) >= wanted:
                        return
        except (ConnectionError, AssertionError, IndexError):
            continue
