"""The command `serve`: as a program of its own, on real sockets."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, Engine, text

from tests.api.served import Served
from tests.conftest import ROOT, SERVER_HOME

READY = "The calendar is at "


@contextmanager
def serve(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The command, ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sms_api", "serve", *arguments],
        cwd=ROOT,
        env=_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


def address(process: subprocess.Popen[str]) -> str:
    """What it says once it is ready."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(READY):
        pytest.fail(f"{line}{process.communicate(timeout=20)[1]}")
    return line.removeprefix(READY).strip()


def refusal(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and the lines on stderr of a command that cannot serve."""
    done = subprocess.run(
        [sys.executable, "-m", "sms_api", "serve", *arguments],
        cwd=ROOT,
        env=_environment(environment),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_it_says_where_it_is_logs_each_request_and_stops_when_asked(catalog_url: str) -> None:
    begin = time.perf_counter()
    with serve("--port", "0", DATABASE_URL=catalog_url) as process:
        served = Served(address(process))
        ready_after = time.perf_counter() - begin
        assert served.ask("/ready").status == 200
        answer = served.ask("/v1/cities?fields=name", headers={"X-Request-ID": "curl-000001"})
        assert [city["name"] for city in answer.json["cities"]] == ["Astoria", "Seattle"]
        process.terminate()
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert [line for line in log.splitlines() if "curl-000001" in line] == [
        line for line in log.splitlines() if " INFO GET /v1/cities 200 " in line
    ]
    assert "fields" not in log
    # Alone on this machine it takes 1.1 s; the other processes of a test run take their part.
    assert ready_after < 2 * max(1, os.getloadavg()[0])


def test_without_a_database_url_it_serves_the_embedded_database() -> None:
    with serve("--port", "0", DATABASE_URL="", SMS_HOME=str(SERVER_HOME)) as process:
        assert Served(address(process)).ask("/v1/events").json == {"events": [], "next_cursor": None}


def test_what_keeps_it_from_serving_is_one_line(catalog_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, line = refusal("--port", str(port), DATABASE_URL=catalog_url)
    assert (code, line) == (
        2,
        f"error: cannot listen on port {port} of 127.0.0.1 (Address already in use): choose another with --host or"
        " --port\n",
    )
    code, line = refusal("--port", "0", DATABASE_URL=catalog_url, SMS_API_READERS="many")
    assert code == 2
    assert line.startswith("error: SMS_API_READERS=many: ")
    assert line.count("\n") == 1
    code, line = refusal("--port", "0", DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/none")
    assert code == 2
    assert line.startswith("error: ")
    assert "does not answer" in line
    assert "secret" not in line
    assert line.count("\n") == 1


def test_it_stops_under_load_without_a_failed_request(catalog_url: str) -> None:
    with serve("--port", "0", DATABASE_URL=catalog_url, SMS_API_READS_PER_MINUTE="0") as process:
        served = Served(address(process))
        stopping = threading.Event()
        load = [_Client(served, stopping, keeps=number % 2 == 0) for number in range(8)]
        for client in load:
            client.start()
        for client in load:
            assert client.is_warm.wait(20)
        stopping.set()
        process.send_signal(signal.SIGTERM)
        for client in load:
            client.join(20)
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert [failure for client in load for failure in client.failures] == []
    assert all(client.answered > 10 for client in load)


def test_a_request_under_way_is_answered_before_it_stops(catalog_url: str, catalog: Engine) -> None:
    answers = []
    with serve("--port", "0", DATABASE_URL=catalog_url) as process, catalog.connect() as holder:
        served = Served(address(process))
        holder.execute(text("LOCK TABLE venues IN ACCESS EXCLUSIVE MODE"))
        asking = threading.Thread(target=lambda: answers.append(served.ask("/v1/venues?limit=1")))
        asking.start()
        _wait_for_waiting(holder)
        process.terminate()
        while served.ask("/ready").status == 200:
            pass
        holder.rollback()
        asking.join(20)
        process.communicate(timeout=20)
    assert [answer.status for answer in answers] == [200]
    assert answers[0].headers["connection"] == "close"


class _Client(threading.Thread):
    """Asks over and over until nobody listens any more, on one connection as long as it is kept, or on a new one each
    time.

    Once, and only after the server was told to stop, it asks again where a connection ends before any answer has begun,
    as every client of HTTP may (RFC 9110, 9.2.2): the kernel resets whom it has taken in at the very instant in which a
    listener closes.
    """

    def __init__(self, served: Served, stopping: threading.Event, *, keeps: bool) -> None:
        super().__init__()
        self._stopping = stopping
        self._host = urlsplit(served.url).netloc
        self._keeps = keeps
        self.is_warm = threading.Event()
        self.answered = 0
        self.failures: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection(self._host, timeout=20)
        has_repeated = False
        while True:
            try:
                if connection.sock is None:
                    connection.connect()
            except ConnectionRefusedError:
                return
            try:
                connection.request("GET", "/v1/cities")
                response = connection.getresponse()
                if response.status != 200 or len(response.read()) < 100:
                    self.failures.append(f"status {response.status}")
            except (ConnectionResetError, http.client.RemoteDisconnected) as problem:
                if has_repeated or not self._stopping.is_set():
                    self.failures.append(repr(problem))
                    return
                has_repeated = True
                connection.close()
                continue
            except (OSError, http.client.HTTPException) as problem:
                self.failures.append(repr(problem))
                return
            if not self._keeps:
                connection.close()
            self.answered += 1
            if self.answered > 10:
                self.is_warm.set()


def _wait_for_waiting(connection: Connection) -> None:
    """Until a statement of the server waits for the lock that this connection holds."""
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    deadline = time.monotonic() + 20
    while not connection.scalar(waiting):
        assert time.monotonic() < deadline


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SMS_API_")}
    return kept | {"PYTHONPATH": str(ROOT)} | changes
