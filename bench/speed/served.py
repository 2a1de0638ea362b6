"""A server under measurement: its process, its PostgreSQL backends, and those who ask it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from sqlalchemy import Engine, text

from bench.fresh_database import full_url
from bench.speed.cost import cpu_of, private_mb, resident_mb

ROOT = Path(__file__).parents[2]

_NO_LIMITS = {
    "SMS_API_READS_PER_MINUTE": "0",
    "SMS_API_SEARCHES_PER_MINUTE": "0",
    "SMS_API_STREAMS": "10000",
    "SMS_API_STREAMS_OF_NETWORK": "10000",
}

_BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND backend_type IN ('client backend', 'parallel worker')
"""


@dataclass(frozen=True)
class Answers:
    """What was asked for a while, and what it cost."""

    number: int
    statuses: Mapping[str, int]
    cpu_ms: float
    """Of the server's process, for each request."""
    postgres_ms: float
    p50: float
    """Milliseconds of wall time as a client saw it."""
    p99: float
    kilobytes: float
    """Mean size of a body as it was sent."""

    @property
    def rate(self) -> float:
        """Requests for two cores' CPU, PostgreSQL included."""
        return 2_000 / (self.cpu_ms + self.postgres_ms)


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    pid: int
    url: str
    seconds: float
    """From its start until it said that it is ready."""
    engine: Engine | None = None
    """On its database."""

    @property
    def port(self) -> int:
        """Its port on 127.0.0.1."""
        return int(self.url.rpartition(":")[2])

    @property
    def resident_mb(self) -> float:
        """Its memory now."""
        return resident_mb(self.pid)

    @property
    def private_mb(self) -> float:
        """What of it is no file's."""
        return private_mb(self.pid)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
        """Ask once; status, headers, body."""
        request = urllib.request.Request(self.url + path, headers={"accept-encoding": "identity", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except HTTPError as problem:
            with problem:
                return problem.code, dict(problem.headers), problem.read()

    def measured(
        self,
        paths: Sequence[str],
        *,
        seconds: float,
        connections: int = 16,
        headers: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Answers:
        """Ask for these paths in turn, so long, on so many connections."""
        order = {"port": self.port, "paths": paths, "seconds": seconds, "connections": connections}
        backends = self._backends()
        before, postgres = cpu_of(self.pid), sum(map(cpu_of, backends))
        with asking({**order, "headers": headers or {}}) as asker:
            answer = json.loads(asker.communicate()[0])
        spent, postgres = cpu_of(self.pid) - before, sum(map(cpu_of, backends)) - postgres
        number = sum(answer["statuses"].values())
        if set(answer["statuses"]) - {"200", "304"}:
            raise SystemExit(f"{paths[0]} …: answers {answer['statuses']}")
        return Answers(
            number=number,
            statuses=answer["statuses"],
            cpu_ms=spent * 1000 / number,
            postgres_ms=postgres * 1000 / number,
            p50=answer["p50"],
            p99=answer["p99"],
            kilobytes=answer["bytes"] / 1000,
        )

    def _backends(self) -> list[int]:
        if self.engine is None:
            return []
        with self.engine.connect() as connection:
            return list(connection.scalars(text(_BACKENDS)))


@contextmanager
def asking(order: Mapping[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """`bench.speed.load` at work on an order."""
    command = [sys.executable, "-m", "bench.speed.load"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def bare_server() -> Iterator[Server]:
    """The yardstick."""
    with _started([sys.executable, "-m", "bench.speed.bare_server"], {}, None) as server:
        yield server


@contextmanager
def calendar_server(engine: Engine, home: Path, now: str, **settings: object) -> Iterator[Server]:
    """Our server on a database, with its files in `home`, as if it were `now`, without limits of rates.

    `settings` are those of `sms_api.settings`.
    """
    own = {f"SMS_API_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {"DATABASE_URL": full_url(engine.url), "SMS_HOME": str(home), **_NO_LIMITS, **own}
    command = [sys.executable, "-m", "sms_api", "serve", "--port", "0", "--now", now]
    with _started(command, environment, engine) as server:
        yield server


@contextmanager
def _started(command: Sequence[str], environment: Mapping[str, str], engine: Engine | None) -> Iterator[Server]:
    """The server of a command that says "… http://ADDRESS" on its first line when it is ready."""
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            if "http://" not in said:
                raise SystemExit(f"{' '.join(command)} did not start")
            url = "http://" + said.strip().partition("http://")[2]
            server = Server(process.pid, url, time.perf_counter() - began, engine)
            while engine is not None and server.get("/ready")[0] != 200:
                time.sleep(0.02)
            yield Server(process.pid, url, time.perf_counter() - began, engine)
        finally:
            process.terminate()
